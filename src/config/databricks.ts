import { join } from 'node:path';
import { bad, text, type Environment } from './environment.ts';
import { parseIni } from './ini.ts';
import type { Credentials, Server } from './tracking.ts';

/**
 * The tracking server of a Databricks workspace, found as Databricks' own clients find it: a profile
 * named in the URI or by DATABRICKS_CONFIG_PROFILE, else DATABRICKS_HOST with a token or an OAuth
 * client, else the profile DEFAULT of ~/.databrickscfg (DATABRICKS_CONFIG_FILE).
 */
export function databricksServer(uri: string, environment: Environment, own: Credentials): Server {
  const named = /^databricks:\/\/([^:/]+)$/.exec(uri)?.[1];
  if (uri !== 'databricks' && named === undefined) {
    throw bad('MLFLOW_TRACKING_URI', `must be databricks or databricks://PROFILE, not '${uri}'`);
  }
  const profile = named ?? text(environment, 'DATABRICKS_CONFIG_PROFILE');
  const setting = profile === undefined ? fromVariables(environment) : undefined;
  const from = setting ?? fromProfile(environment, profile ?? 'DEFAULT', profile !== undefined);
  const trackingUri = hostUri(from('host'));
  const token = own.token ?? from('token');
  if (token !== undefined) {
    return { kind: 'databricks', trackingUri, auth: { kind: 'bearer', token } };
  }
  const clientId = from('client_id');
  const clientSecret = from('client_secret');
  if (clientId !== undefined && clientSecret !== undefined) {
    return { kind: 'databricks', trackingUri, auth: { kind: 'oauth', clientId, clientSecret } };
  }
  const username = from('username');
  const password = from('password');
  if (username !== undefined && password !== undefined) {
    return { kind: 'databricks', trackingUri, auth: { kind: 'basic', username, password } };
  }
  throw bad(
    'DATABRICKS_TOKEN',
    'is not set (nor DATABRICKS_CLIENT_ID with DATABRICKS_CLIENT_SECRET)',
  );
}

type Setting = (name: string) => string | undefined;

function fromVariables(environment: Environment): Setting | undefined {
  if (text(environment, 'DATABRICKS_HOST') === undefined) return undefined;
  return (name) => text(environment, `DATABRICKS_${name.toUpperCase()}`);
}

function fromProfile(environment: Environment, profile: string, wanted: boolean): Setting {
  const path =
    text(environment, 'DATABRICKS_CONFIG_FILE') ?? join(environment.home, '.databrickscfg');
  const file = environment.readText(path);
  const section = file === undefined ? undefined : parseIni(file).get(profile);
  if (section === undefined) {
    throw wanted
      ? bad('DATABRICKS_CONFIG_PROFILE', `names '${profile}', which is not in ${path}`)
      : bad('DATABRICKS_HOST', `is not set, and ${path} has no profile DEFAULT`);
  }
  return (name) => section.get(name) || undefined;
}

function hostUri(host: string | undefined): string {
  if (host === undefined) throw bad('DATABRICKS_HOST', 'is not set');
  const address = /^https?:\/\//i.test(host) ? host : `https://${host}`;
  try {
    return new URL(address).origin;
  } catch {
    throw bad('DATABRICKS_HOST', `is no address: '${host}'`);
  }
}
