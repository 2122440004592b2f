/**
 * Megabytes of a function that does not say otherwise (`memoryMegabytes`). Memory brings processor time: a core with
 * 1,769 MB, a share of it below. Chosen by `npm run bench:cost`, whose table is in `lib/README.md`: 256 MB saves a tenth of
 * what Lambda costs and nearly doubles the time of a process's first requests.
 */
export const usualMegabytes = 512;

/**
 * Of functions whose time is processor time: those that hash passwords (19 MiB and 40 ms each) and those that cover, check
 * or decide by the hundred. Twice the memory halves their time, for an eighth more.
 */
export const busyMegabytes = 1024;
