/** Every asynchronous worker, one line each; the name is the file and the name of its queue. */
export {};
