import type { FieldTexts } from './field-texts.ts';

const roles = '`owner`, `admin`, `manager`, `editor`, `field_worker` or `viewer`; scopes follow from it.';

/** Sign-in, accounts, users, members and invitations. */
export const peopleFields: readonly FieldTexts[] = [
  {
    of: ['Me'],
    texts: {
      id: 'Id of the user or of the API key; a phone shows its user.',
      email: 'E-mail address of the user; null for an API key.',
      name: 'Name of the user or of the API key.',
      device_id: 'Id of the phone among the devices; absent for other credentials.',
      role: 'Role of the user; null for an API key.',
      email_verified: 'Whether the user has proved to read mails at this address; null for an API key.',
      scopes: 'What the credential may do.',
      principal: 'The kind of credential.',
    },
  },
  {
    of: [
      ...['Account', 'AccountPatch', 'AcceptInvitationRequest', 'Me', 'Member', 'MemberPatch', 'SignUpRequest'],
      ...['User', 'UserDraft'],
    ],
    texts: {
      name: 'How the user is called, up to 120 characters; an empty text if absent.',
      role: roles,
      status: '`disabled` users cannot sign in; `invited` ones have not accepted yet.',
      email_verified: 'Whether the user has proved to read mails at this address.',
      last_login_at: 'When the user last signed in; UTC. Null: never.',
      joined_at: 'When the user came to the workspace; UTC.',
      locale: 'BCP 47 language of the user; `en` by default.',
      timezone: 'IANA time zone of the user; `UTC` by default.',
      notification_preferences: 'Which notices the user gets, and how. Absent ones stay as they are.',
      email: 'E-mail address, up to 254 characters; letter case does not count.',
      workspace_name: 'Name of the new workspace, 1 to 120 characters.',
    },
  },
  {
    of: ['NotificationPreferences', 'AccountPatch'],
    texts: {
      'notification_preferences.email': 'Notices by e-mail.',
      'NotificationPreferences.email': 'Notices by e-mail.',
      in_app: 'Notices in the product: `GET /account/notifications`.',
      alerts: 'Alerts that were opened. True by default.',
      quota: 'Quotas that are used up. True by default.',
      webhooks: 'Webhooks that were switched off. True by default.',
      exports: 'Exports that ended. By default false for e-mail, true in the product.',
    },
  },
  {
    of: ['Invitation', 'InvitationDraft'],
    texts: {
      role: 'The role that the user gets; never `owner`.',
      status: 'Always `pending`: accepted invitations are gone.',
      expires_at: 'Until when it can be accepted: 7 days after it was sent; UTC.',
    },
  },
  {
    of: ['LoginRequest', 'ChangePasswordRequest', 'RefreshRequest', 'Tokens'],
    texts: {
      password: 'The password.',
      current_password: 'The present password.',
      refresh_token: 'The last `refresh_token` of the session; it can be used once.',
      token_type: 'How to send the access token.',
    },
  },
  {
    of: ['LoggedOut', 'MailAsked', 'PasswordChanged', 'EmailVerified'],
    texts: { status: 'Always this value.', email: 'The verified address.' },
  },
  { of: ['SignedUp'], texts: { user: 'The owner of the workspace.', workspace: 'The new workspace.' } },
  {
    of: ['Notification', 'listNotifications'],
    texts: {
      title: 'One line.',
      body: 'A few sentences.',
      read_at: 'When it was marked as read; UTC. Null: not yet.',
      unread_only: 'Only those that are not read; false if absent.',
    },
  },
  {
    of: ['listUsers', 'listMembers'],
    texts: { role: 'Only users with this role.', status: 'Only users with this status.' },
  },
];
