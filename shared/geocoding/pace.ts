/**
 * How many workers geocode at a time: what the worker's file says as `maxConcurrency`. They share the account's quota
 * evenly and without asking each other.
 */
export const geocodeWorkers = 5;
