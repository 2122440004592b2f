import * as z from 'zod';
import { Command, commandStatuses } from '../../shared/commands/command.ts';
import { readCommands } from '../../shared/commands/read.ts';
import { listOf, listQuery } from '../../shared/http/list.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';
import { CommandType } from '../../shared/wire/command-type.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/commands',
  operationId: 'listDeviceCommands',
  summary: 'List commands to a device, newest first',
  description: 'A command is listed for as long as the plan keeps logs.',
  scope: 'devices:read',
  uses: { commands: readCommands },
  query: listQuery({ status: z.enum(commandStatuses).optional(), type: CommandType.optional() }),
  success: { 200: listOf(Command, 'camelCase') },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, query, page, caller, commands }) => ({
  status: 200,
  page: await commands.list(caller, params.id, query, page),
}));
