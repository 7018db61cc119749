/** The key `mtu` of plugins that make Ethernet links. */

import { wholeNumber } from '#schema/fields.ts'
import { mismatch, type Schema, withDefault } from '#schema/schema.ts'

/** `ETH_MIN_MTU` and `ETH_MAX_MTU` of `<linux/if_ether.h>`. */
const smallest = 68
const largest = 65535

const number = wholeNumber(0, largest)

/** Bytes; 0, also when it is missing, for that of the link's kind. */
export const mtuKey: Schema<number> = withDefault(
  {
    read: (value, position) => {
      const mtu = number.read(value, position)
      if (mtu === 0 || mtu >= smallest) return mtu
      const expected = `0 or a whole number from ${smallest} to ${largest}`
      throw mismatch(position, expected, value)
    },
  },
  0,
)
