/** The phone itself: whether it has a network. */
export interface Device {
  isOffline(): boolean
  setOffline(offline: boolean): void
}

export function createDevice(): Device {
  let offline = false
  return {
    isOffline: () => offline,
    setOffline(value) {
      offline = value
    },
  }
}
