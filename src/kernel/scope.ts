/** How far addresses and routes reach: `RT_SCOPE_*` of `<linux/rtnetlink.h>`. */

/** On this link only. */
export const RT_SCOPE_LINK = 253

/** In this host only. */
export const RT_SCOPE_HOST = 254
