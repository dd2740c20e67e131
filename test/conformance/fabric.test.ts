import { describe } from '@jest/globals';
import { describeLedger } from './cases.ts';
import { openFabricTestbed } from './fabricTestbed.ts';

describe('the Fabric network', () => describeLedger(openFabricTestbed));
