import { Command } from '../../shared/commands/command.ts';
import { readCommands } from '../../shared/commands/read.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'GET',
  path: '/api/v1/devices/{id}/commands/{commandId}',
  operationId: 'getDeviceCommand',
  summary: 'Get a command to a device',
  scope: 'devices:read',
  uses: { commands: readCommands },
  success: { 200: Command },
  problems: ['NOT_FOUND'],
});

export const handler = serve(route, async ({ params, caller, commands }) => ({
  status: 200,
  body: await commands.get(caller, params.id, params.commandId),
}));
