import { examplesContract } from '#test/contract/examples.ts'
import { examples, runsAnywhere } from '#test/lab/examples.ts'

examplesContract(examples.filter(runsAnywhere))
