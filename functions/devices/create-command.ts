import { Command, CommandDraft } from '../../shared/commands/command.ts';
import { createCommands } from '../../shared/commands/create.ts';
import { defineRoute } from '../../shared/http/route.ts';
import { serve } from '../../shared/http/serve.ts';

export const route = defineRoute({
  method: 'POST',
  path: '/api/v1/devices/{id}/commands',
  operationId: 'createDeviceCommand',
  summary: 'Send a command to a device',
  description:
    'The command is sent at once, and again whenever the device connects, until it is acknowledged. After `timeoutSeconds` ' +
    'it is `TIMEOUT`. A device runs a command once, even if it receives it twice. Refused for a device that is `INACTIVE` ' +
    'or has no certificate in force.',
  scope: 'devices:command',
  uses: { commands: createCommands },
  body: CommandDraft,
  success: { 201: Command },
  problems: ['NOT_FOUND', 'INVALID_TRANSITION'],
  idempotent: true,
});

export const handler = serve(route, async ({ body, params, caller, once, commands }) => ({
  status: 201,
  body: await commands.create(caller, params.id, body, once),
}));
