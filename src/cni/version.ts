/** The versions of the CNI specification, and how they compare. */

/** The versions this suite speaks, oldest first. */
export const supportedVersions = [
  '0.1.0',
  '0.2.0',
  '0.3.0',
  '0.3.1',
  '0.4.0',
  '1.0.0',
  '1.1.0',
] as const

/** A version this suite speaks. */
export type CniVersion = (typeof supportedVersions)[number]

/** The newest one; results are held in its shape. */
export const currentVersion: CniVersion = '1.1.0'

/** What a configuration, or a result, without `cniVersion` is. */
export const defaultVersion: CniVersion = '0.1.0'

/** Whether a text is, to the byte, a version this suite speaks: `1.1` is not `1.1.0`. */
export function isSupportedVersion(text: string): text is CniVersion {
  return supportedVersions.some((version) => version === text)
}

/** Whether `version` is `minimum` or newer. */
export function isAtLeast(version: CniVersion, minimum: CniVersion): boolean {
  return supportedVersions.indexOf(version) >= supportedVersions.indexOf(minimum)
}

/** A version as numbers: major, minor, micro. */
export type VersionNumbers = readonly [number, number, number]

const wholeNumber = /^[+-]?[0-9]+$/

/**
 * Reads one to three numbers between dots; what is missing is zero, and nothing at all is 0.1.0.
 *
 * @throws SyntaxError in the reference library's words, which runtimes show as they are
 */
export function parseVersion(text: string): VersionNumbers {
  const parts = (text === '' ? defaultVersion : text).split('.')
  if (parts.length > 3) throw new SyntaxError(`invalid version ${quote(text)}: too many parts`)
  const [major = '0', minor = '0', micro = '0'] = parts
  return [parsePart('major', major), parsePart('minor', minor), parsePart('micro', micro)]
}

function parsePart(name: string, text: string): number {
  if (wholeNumber.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  const reason = wholeNumber.test(text) ? 'value out of range' : 'invalid syntax'
  throw new SyntaxError(
    `failed to convert ${name} version part ${quote(text)}: strconv.Atoi: parsing ${quote(text)}: ${reason}`,
  )
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`. */
export function compareVersions(a: VersionNumbers, b: VersionNumbers): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2]
}

function quote(text: string): string {
  return JSON.stringify(text)
}
