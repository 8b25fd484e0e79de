import { appIdOf, NOTIFY_URL, type Pairing } from './simulated.ts'

const worldline: Pairing = {
  name: 'Worldline Connect',
  scenes: ['miniProgram', 'officialAccount', 'desktopQr', 'mobileWeb', 'app'],
  currency: 'USD',
  notifiesFacts: true,
  simulator: ({ worldline: simulator }) => simulator,
  account(sandbox) {
    const [merchant] = sandbox.worldline.merchants()
    if (!merchant) throw new Error('the sandbox has no merchant')
    const { merchantId, apiKeyId, secretApiKey } = merchant
    const hook = { url: NOTIFY_URL, keyId: 'hook', secret: 'secret-of-the-hook' }
    sandbox.worldline.setWebhooks(merchantId, [hook])
    return {
      accountId: 'account',
      provider: 'worldlineConnect',
      appIds: { miniProgram: appIdOf(sandbox, 'miniProgram') },
      config: {
        endpoint: sandbox.worldline.url,
        merchantId,
        apiKeyId,
        secretApiKey,
        webhookKeys: { [hook.keyId]: hook.secret },
      },
    }
  },
}

const ppro: Pairing = {
  name: 'PPRO',
  scenes: ['desktopQr', 'mobileWeb'],
  currency: 'CNY',
  notifiesFacts: false,
  simulator: ({ ppro: simulator }) => simulator,
  account(sandbox) {
    const [contract] = sandbox.ppro.contracts()
    if (!contract) throw new Error('the sandbox has no contract')
    const { login, password, contractId, notificationSecret, sharedSecret } = contract
    return {
      accountId: 'account',
      provider: 'ppro',
      config: {
        endpoint: sandbox.ppro.url,
        channel: 'testchannel',
        login,
        password,
        contractId,
        notificationSecret,
        sharedSecret,
      },
    }
  },
}

/** Every provider that has a simulator. */
export const PAIRINGS: readonly Pairing[] = [worldline, ppro]
