import { invoke } from '../support/invoke.ts';
import { replayExamples } from './examples.ts';

replayExamples(invoke);
