/**
 * The memory of a function that declares no `memoryMegabytes`. Memory determines processor time: a function with 1,769
 * MB has one core, a smaller one a share of it. `npm run bench:cost` supports the choice; its table is in
 * `lib/README.md`: 256 MB saves a tenth of the cost of Lambda and nearly doubles the time of a process's first
 * requests.
 */
export const usualMegabytes = 512;

/**
 * The memory of functions that wait for the processor: those that hash passwords (19 MiB and 40 ms each) and those that
 * cover, check or decide hundreds of geofences at once. Twice the memory halves their time and costs an eighth more.
 */
export const busyMegabytes = 1024;
