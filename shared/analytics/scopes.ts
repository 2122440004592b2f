import * as z from 'zod';

/** What an annotation may be about. */
export const scopeTypes = ['SITE', 'DEVICE', 'COMPONENT', 'SENSOR'] as const;
export const ScopeType = z.enum(scopeTypes);
export type ScopeType = (typeof scopeTypes)[number];
