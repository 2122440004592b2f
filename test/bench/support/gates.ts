/** What a bench measures, and what it must. */
const gates: { gate: string; measured: string; must: string; pass: boolean }[] = [];

export function gate(name: string, measured: number, sign: '≤' | '≥' | '=', bound: number): void {
  const pass = sign === '≤' ? measured <= bound : sign === '≥' ? measured >= bound : measured === bound;
  gates.push({ gate: name, measured: String(Number(measured.toPrecision(4))), must: `${sign} ${bound}`, pass });
}

/** Prints all gates; the process ends with 1 when one is missed. */
export function closeGates(): void {
  console.table(gates);
  process.exitCode = gates.every(({ pass }) => pass) ? 0 : 1;
}
