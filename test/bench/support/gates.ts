/** The measurements of a bench, with their limits. */
const gates: { gate: string; measured: string; must: string; pass: boolean }[] = [];

export function gate(name: string, measured: number, sign: '≤' | '≥' | '=', bound: number): void {
  const pass = sign === '≤' ? measured <= bound : sign === '≥' ? measured >= bound : measured === bound;
  gates.push({ gate: name, measured: String(Number(measured.toPrecision(4))), must: `${sign} ${bound}`, pass });
}

/** Prints all gates; the exit code of the process is 1 if one is missed. */
export function closeGates(): void {
  console.table(gates);
  process.exitCode = gates.every(({ pass }) => pass) ? 0 : 1;
}
