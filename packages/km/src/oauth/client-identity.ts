import { KmError } from '@kilometers/core/errors.ts';
import * as oauth from 'oauth4webapi';
import { insecureTo } from './insecure-to.ts';

/** Who km is for an authorization server. */
export type ClientIdentity = {
  readonly client_id: string;
  readonly client_secret?: string;
};

/** What somebody has set up beforehand. */
export interface KnownClients {
  readonly registered: readonly { readonly issuer: string; readonly client_id: string; readonly secret?: string }[];
  /** An https address with a description of this client; undefined where there is none. */
  readonly metadataUrl: string | undefined;
}

/**
 * Who km is for this authorization server: as registered beforehand, else by the address of a description, else as newly
 * registered.
 *
 * @throws KmError `oauth.registration`
 */
export async function clientIdentity(
  server: oauth.AuthorizationServer,
  redirectUri: string,
  { registered, metadataUrl }: KnownClients,
): Promise<ClientIdentity> {
  const known = registered.find(({ issuer }) => issuer === server.issuer);
  if (known) return { client_id: known.client_id, ...(known.secret !== undefined && { client_secret: known.secret }) };
  if (metadataUrl !== undefined && server.client_id_metadata_document_supported === true) {
    return { client_id: metadataUrl };
  }
  if (server.registration_endpoint === undefined) {
    const message = `The authorization server ${server.issuer} registers nobody by itself.`;
    throw new KmError('oauth.registration', message);
  }
  return register(server, redirectUri);
}

async function register(server: oauth.AuthorizationServer, redirectUri: string): Promise<ClientIdentity> {
  const metadata = {
    client_name: 'km (Kilometers CLI)',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    application_type: 'native',
  };
  try {
    const options = insecureTo(server.registration_endpoint);
    const answer = await oauth.dynamicClientRegistrationRequest(server, metadata, options);
    const { client_id, client_secret } = await oauth.processDynamicClientRegistrationResponse(answer);
    return { client_id, ...(typeof client_secret === 'string' && { client_secret }) };
  } catch (cause) {
    throw new KmError('oauth.registration', `The authorization server ${server.issuer} did not register km.`, {
      cause,
    });
  }
}

/** How km shows who it is at the token endpoint. */
export function clientAuth({ client_secret }: ClientIdentity, server: oauth.AuthorizationServer): oauth.ClientAuth {
  if (client_secret === undefined) return oauth.None();
  const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return methods.includes('client_secret_basic')
    ? oauth.ClientSecretBasic(client_secret)
    : oauth.ClientSecretPost(client_secret);
}
