import fc from 'fast-check';

/**
 * A random test ends before its time-out, and says what it has found: the smallest case so far and the seed. A time-out
 * would say neither, and shrinking a case may take longer than finding it.
 */
fc.configureGlobal({ interruptAfterTimeLimit: 285_000, markInterruptAsFailure: true });
