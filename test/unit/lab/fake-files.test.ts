import { describe } from 'vitest'
import { filesContract } from '#test/contract/host-files.ts'
import { FakeClock } from '#test/lab/fake-clock.ts'
import { FakeFiles } from '#test/lab/fake-files.ts'

describe('the files in memory', () => {
  filesContract(() => {
    const files = new FakeFiles(new FakeClock())
    void files.ensureDirectory('/folder', 0o755)
    const makeLink = (path: string, target: string) => files.putLink(path, target)
    return { files, folder: '/folder', makeLink }
  })
})
