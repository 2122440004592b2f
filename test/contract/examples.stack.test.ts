import { callOverHttp } from '../support/http.ts';
import { replayExamples } from './examples.ts';

replayExamples(callOverHttp);
