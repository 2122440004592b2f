/**
 * How many workers geocode at a time; the worker's file uses it as `maxConcurrency`. Each takes an equal part of the
 * account's quota, without coordination.
 */
export const geocodeWorkers = 5;
