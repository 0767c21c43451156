/** Messages of the tests, as the lines that go over the wire. */
export const line = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;

export const request = (id: string | number, method: string, params?: object) => line({ id, method, params });

export const initialize = (id: string | number = 0, protocolVersion = '2025-11-25') =>
  request(id, 'initialize', {
    protocolVersion,
    capabilities: { roots: {}, sampling: {} },
    clientInfo: { name: 'km-e2e', version: '1.0.0' },
  });

export const callTool = (id: string | number, name: string, args: object = {}) =>
  request(id, 'tools/call', { name, arguments: args });
