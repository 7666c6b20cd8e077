/**
 * Golden vectors of the formats that `core/README.md` specifies. The encodings were written by hand after RFC 8949
 * and RFC 8746, the digests computed from them by `node:crypto`: none of this was recorded from the library.
 */
import { quote, schedule } from 'somen';
import { add } from './key-vectors.ts';
import { OBJECTS, Point } from './object-vectors.ts';

/** A value, its canonical encoding in hex, and the hex SHA-256 of that. */
export interface ValueVector {
  readonly name: string;
  readonly value: () => unknown;
  readonly encoding: string;
  readonly digest: string;
}

const task = schedule(() => 0, { name: 'vectors/task', version: '1' });

/** Distinct values, but for those that are called equal in `EQUAL`. */
export const VALUES: readonly ValueVector[] = [
  // RFC 8949, appendix A: integers
  {
    name: '0',
    value: () => 0,
    encoding: '00',
    digest: '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  },
  {
    name: '1',
    value: () => 1,
    encoding: '01',
    digest: '4bf5122f344554c53bde2ebb8cd2b7e3d1600ad631c385a5d7cce23c7785459a',
  },
  {
    name: '10',
    value: () => 10,
    encoding: '0a',
    digest: '01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b',
  },
  {
    name: '23',
    value: () => 23,
    encoding: '17',
    digest: '8f11b05da785e43e713d03774c6bd3405d99cd3024af334ffd68db663aa37034',
  },
  {
    name: '24',
    value: () => 24,
    encoding: '1818',
    digest: '7c6348f7ea8a4e831aafe688a2557d7a3ab0be8549cdb190a029956ade971b15',
  },
  {
    name: '25',
    value: () => 25,
    encoding: '1819',
    digest: 'eb55bbe158f7e0930600c8bc71f93e2fef7ac86c386a57269ded7c97ace9831e',
  },
  {
    name: '100',
    value: () => 100,
    encoding: '1864',
    digest: '877b5d35933ab6aebfce305f2ba80afb51ddae6c77a45072247a22690bde2eda',
  },
  {
    name: '1000',
    value: () => 1000,
    encoding: '1903e8',
    digest: '5e8f74961ede79063fa728a34d36f7baf4a563b225df62e4eb9349b94d612a3f',
  },
  {
    name: '1000000',
    value: () => 1_000_000,
    encoding: '1a000f4240',
    digest: 'cbbec14103147af122feaff2419ad885d372d04bfd9d0af1714dd20dff24b6e3',
  },
  {
    name: '1000000000000',
    value: () => 1_000_000_000_000,
    encoding: '1b000000e8d4a51000',
    digest: '214fdb52f0e69eb826b535b2cc1ecfe798a1d3da66215cfe10f767b2c6cf9d64',
  },
  {
    name: '-1',
    value: () => -1,
    encoding: '20',
    digest: '36a9e7f1c95b82ffb99743e0c5c4ce95d83c9a430aac59f84ef3cbfab6145068',
  },
  {
    name: '-10',
    value: () => -10,
    encoding: '29',
    digest: 'ba5ec51d07a4ac0e951608704431d59a02b21a4e951acc10505a8dc407c501ee',
  },
  {
    name: '-100',
    value: () => -100,
    encoding: '3863',
    digest: '8afde23c6889fde007e74871494b3b985f3778a96e55c7b575367a84c74b8e97',
  },
  {
    name: '-1000',
    value: () => -1000,
    encoding: '3903e7',
    digest: 'e12267a8ecaa88c6f81071b963362422fff3245dee5510801dbf23768c9c4d4c',
  },
  // RFC 8949, appendix A: floats
  {
    name: '-0',
    value: () => -0,
    encoding: 'f98000',
    digest: 'e95873bb6549017f8cd72cc8af178667d65261077ca89caf09a330742965f851',
  },
  {
    name: '1.5',
    value: () => 1.5,
    encoding: 'f93e00',
    digest: 'b68bb45ecab0329ab815daf44f5a02d2a11a8ab87fbbdf4b08bcae00cada0324',
  },
  {
    name: '1.1',
    value: () => 1.1,
    encoding: 'fb3ff199999999999a',
    digest: 'a4228d39c4305d53065498d47e30300bda9106f41e8fc1a7a131bf1261d7ae1a',
  },
  {
    name: '65504',
    value: () => 65504,
    encoding: '19ffe0',
    digest: '4f13c8f790562dbb8816e23eb75d7fc8c0f0ede025055e452befdca4180490da',
  },
  {
    name: '3.4028234663852886e+38',
    value: () => 3.4028234663852886e38,
    encoding: 'fa7f7fffff',
    digest: '7fc7267fa6ecb26b571d1a8554bcba16010e10e75377d9b13154bae59a0bff0e',
  },
  {
    name: '1e300',
    value: () => 1e300,
    encoding: 'fb7e37e43c8800759c',
    digest: '0d626869ae37f6148ae9a144e64ba373d6764a79bec04ca5e1dd6fc5e940bba4',
  },
  {
    name: '5.960464477539063e-8',
    value: () => 5.960464477539063e-8,
    encoding: 'f90001',
    digest: '84d2bc9918d08f38fa6881f3d52207ce526699b489982bfe18a9817f53b8af95',
  },
  {
    name: '0.00006103515625',
    value: () => 0.00006103515625,
    encoding: 'f90400',
    digest: '394a0478d980b32892c4cb2dde7c2485f6d21b18cca1403c378fae66daec9e09',
  },
  {
    name: '-4.1',
    value: () => -4.1,
    encoding: 'fbc010666666666666',
    digest: 'b9e516c65bb0bcbab38f1217f4db07cee6099b028be4a7bea6a9eb922d4ee408',
  },
  {
    name: 'Infinity',
    value: () => Infinity,
    encoding: 'f97c00',
    digest: '33198540d806815f249ae78851dafcb865dbff2fdae12608808a95fdd68a9857',
  },
  {
    name: '-Infinity',
    value: () => -Infinity,
    encoding: 'f9fc00',
    digest: '737f0b59f0006eb69b6d9ed56efe6df7667fe1c0921ad3097a76cb2e86a847b2',
  },
  {
    name: 'NaN',
    value: () => NaN,
    encoding: 'f97e00',
    digest: '510364a22f07e10b06ba37c25de66e4b549ed7a63394eb73388b36d8deed536a',
  },
  // RFC 8949, appendix A: simple values, text, arrays, maps
  {
    name: 'false',
    value: () => false,
    encoding: 'f4',
    digest: '2017ff3461395672aa0aa4f64894fd2f95a4b120e2690e8951656d79adc2eed2',
  },
  {
    name: 'true',
    value: () => true,
    encoding: 'f5',
    digest: '27abdeddfe8503496adeb623466caa47da5f63abd2bc6fa19f6cfcb73ecfed70',
  },
  {
    name: 'null',
    value: () => null,
    encoding: 'f6',
    digest: 'b0b2988b6bbe724bacda5e9e524736de0bc7dae41c46b4213c50e1d35d4e5f13',
  },
  {
    name: 'undefined',
    value: () => undefined,
    encoding: 'f7',
    digest: '50868f20258bbc9cce0da2719e8654c108733dd2f663b8737c574ec0ead93eb3',
  },
  {
    name: "''",
    value: () => '',
    encoding: '60',
    digest: '8d33f520a3c4cef80d2453aef81b612bfe1cb44c8b2025630ad38662763f13d3',
  },
  {
    name: "'a'",
    value: () => 'a',
    encoding: '6161',
    digest: '961b6dd3ede3cb8ecbaacbd68de040cd78eb2ed5889130cceb4c49268ea4d506',
  },
  {
    name: "'IETF'",
    value: () => 'IETF',
    encoding: '6449455446',
    digest: 'b8c85d4ab7b2d652f7d4e43624401c3288cbde02a46b0240ae5f17ffa5bdc573',
  },
  {
    name: 'a quote and a backslash',
    value: () => '"\\',
    encoding: '62225c',
    digest: 'cbcb3c2691ae3158b1537eb22d408671f6b9aad059eeb0c78a3849f3a23f6b02',
  },
  {
    name: "'\\u00fc'",
    value: () => '\u00fc',
    encoding: '62c3bc',
    digest: '579077f8dd4d539fa306635d1bb46a134bfe3e7ec064be8a0381cde26894d78a',
  },
  {
    name: "'\\u6c34'",
    value: () => '\u6c34',
    encoding: '63e6b0b4',
    digest: '3cefbad0a789f314b146c981875dd2dc478b1e8e01e0df01427234724c1be763',
  },
  {
    name: "'\\ud800\\udd51'",
    value: () => '\ud800\udd51',
    encoding: '64f0908591',
    digest: 'e67afd4eab187d5b3b01091d7f6b9114a19de8d2899fbba220cc7ebf90444b03',
  },
  {
    name: '[]',
    value: () => [],
    encoding: '80',
    digest: '76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71',
  },
  {
    name: '[1, 2, 3]',
    value: () => [1, 2, 3],
    encoding: '83010203',
    digest: '4abc31137ce738d9aceb8a1d1d51f15cad42c2b08dcb7ed179f737a194b355e7',
  },
  {
    name: '[1, [2, 3], [4, 5]]',
    value: () => [1, [2, 3], [4, 5]],
    encoding: '8301820203820405',
    digest: '041a510bd095f767f4038399275e3f2c0488fd23d4a459989ce31942311127f7',
  },
  {
    name: '1 to 25',
    value: () => Array.from({ length: 25 }, (_, index) => index + 1),
    encoding: '98190102030405060708090a0b0c0d0e0f101112131415161718181819',
    digest: 'f6ace041cc979454717ec9a2d09b4cfd410dfe85a831401736e644efad9d564f',
  },
  {
    name: '{}',
    value: () => ({}),
    encoding: 'a0',
    digest: 'c19a797fa1fd590cd2e5b42d1cf5f246e29b91684e2f87404b81dc345c7a56a0',
  },
  {
    name: '{ a: 1, b: [2, 3] }',
    value: () => ({ a: 1, b: [2, 3] }),
    encoding: 'a26161016162820203',
    digest: 'b44774f185e1268bc3bfc660f02b1153546030565dd1b71c517a7390dbb24e02',
  },
  {
    name: "['a', { b: 'c' }]",
    value: () => ['a', { b: 'c' }],
    encoding: '826161a161626163',
    digest: '1c92855b8433c33a03dbe34212bb698fd1b3746d29e9073eafd8eaa93b976cd8',
  },
  {
    name: "{ a: 'A' ... e: 'E' }",
    value: () => ({ a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }),
    encoding: 'a56161614161626142616361436164614461656145',
    digest: 'f1389c01eba35949c61dfa620e4f118c0b74e546ddc409a2f0f09e23260ce1ec',
  },
  {
    name: 'an ArrayBuffer',
    value: () => new Uint8Array([1, 2, 3, 4]).buffer,
    encoding: '4401020304',
    digest: '6e13c579b2d74a80a017dc7ec52c23fa8be41b88b7d4322c4cdcaa65658acac1',
  },
  // Numbers at the bounds
  {
    name: '65535',
    value: () => 65_535,
    encoding: '19ffff',
    digest: '459fbd327a935784702aca36217445923f8794e11be0b8a2e9f9b3ea9b800e91',
  },
  {
    name: '65536',
    value: () => 65_536,
    encoding: '1a00010000',
    digest: '2928012187f03446d1e9ec37dae5cc9586656c20bd6e28ff4953181b933cb3f0',
  },
  {
    name: '2^32 - 1',
    value: () => 4_294_967_295,
    encoding: '1affffffff',
    digest: '74925985507bbda0c27009d32686859a69ac1e7d2870986694ee73ece429bd68',
  },
  {
    name: '2^32',
    value: () => 4_294_967_296,
    encoding: '1b0000000100000000',
    digest: 'ff0a4ebee87c783ebeb2197fb436cfee11c1172a7363c7c133e085878c7d58ff',
  },
  {
    name: '2^53 - 1',
    value: () => Number.MAX_SAFE_INTEGER,
    encoding: '1b001fffffffffffff',
    digest: '14f502e8a30340288b9da98ed55d9f230c8a92ee86336198df6d1b4e278f3d1e',
  },
  {
    name: '-(2^53 - 1)',
    value: () => Number.MIN_SAFE_INTEGER,
    encoding: '3b001ffffffffffffe',
    digest: 'b8bffbf8b2acb5f9ab20de5a8e67934742ab22d3a3fc69de9707a1a0e8696442',
  },
  {
    name: '2^53, no safe integer',
    value: () => 2 ** 53,
    encoding: 'fa5a000000',
    digest: 'b235c1f567343a751d248ccdf2534617a2387a23a41f860cfd40a24d133edaea',
  },
  {
    name: '-2^53',
    value: () => -(2 ** 53),
    encoding: 'fada000000',
    digest: '0640786244f19d77e8a3a4a4c5ff845b8e765d9d764bfc8190230c4d967996a6',
  },
  {
    name: '2^53 + 2',
    value: () => 2 ** 53 + 2,
    encoding: 'fb4340000000000001',
    digest: '8ee5495819cd0024fa6a9864a2be094c43940d11fd7b93180a7eb234d3d9aeae',
  },
  {
    name: '2^64',
    value: () => 2 ** 64,
    encoding: 'fa5f800000',
    digest: 'dabb7a334c9c27d4d91722509daf16612a576d6926d113003c40480db8bd9c24',
  },
  {
    name: '1e21',
    value: () => 1e21,
    encoding: 'fb444b1ae4d6e2ef50',
    digest: 'd55d3806f15136fa84702c153b9f1ec66317a5f3ce0ae181ab2a7123dddf07d5',
  },
  {
    name: '0.5',
    value: () => 0.5,
    encoding: 'f93800',
    digest: '064e4df3a90b3e9be1a6725f70cdc2b5babac97959213573afd96fcf2467bae7',
  },
  {
    name: '0.1',
    value: () => 0.1,
    encoding: 'fb3fb999999999999a',
    digest: '8a4d00337ef54566f0092ea89930adf28d0fd1eb4c0f517928dc2fae71e75639',
  },
  {
    name: '1 + 2^-10, the last of half precision',
    value: () => 1 + 2 ** -10,
    encoding: 'f93c01',
    digest: '552b539bff0920db79eadd45ac19bd0181eaf8f7673a187d465ad0777b5125df',
  },
  {
    name: '1 + 2^-11',
    value: () => 1 + 2 ** -11,
    encoding: 'fa3f801000',
    digest: '7b7f70e4c073656d9dc747a10492e1d083d60142b748223aadedb4affc42c323',
  },
  {
    name: '1 + 2^-23, the last of single precision',
    value: () => 1 + 2 ** -23,
    encoding: 'fa3f800001',
    digest: '046d3e33ad77a5af10793027e6cd3909ea50d1eef43f64c1cffa8a7b9969b790',
  },
  {
    name: '1 + 2^-24',
    value: () => 1 + 2 ** -24,
    encoding: 'fb3ff0000010000000',
    digest: '398d46c1741c28e286697e85df268cc37caee95f61700d19900b3f5f105f7715',
  },
  {
    name: '2^-25',
    value: () => 2 ** -25,
    encoding: 'fa33000000',
    digest: 'ccac45cd2b8e28a0babe43b017ea36a3f6c393e1be60d4fb1e96b0c1b8b71d76',
  },
  {
    name: '2^-149',
    value: () => 2 ** -149,
    encoding: 'fa00000001',
    digest: 'c2a337b877d9a373f16685d441526256bd747537f864fa10c596637374b42ec2',
  },
  {
    name: '2^-150',
    value: () => 2 ** -150,
    encoding: 'fb3690000000000000',
    digest: 'be5d59b23f17998b114c806baf06300dabcecb05b997ea1fa493ff38dc5c2dba',
  },
  {
    name: '5e-324',
    value: () => 5e-324,
    encoding: 'fb0000000000000001',
    digest: 'd292e86030c35c7044d83bbe2a9c30aef6cb46447dd3d9b55d0f5b65fe83c100',
  },
  // Bigints
  {
    name: '0n',
    value: () => 0n,
    encoding: 'd81b8266626967696e748100',
    digest: 'b11781cf212b2566b92c66d208e1d9db2d63612d98c98e82751d134b043a1ffc',
  },
  {
    name: '1n',
    value: () => 1n,
    encoding: 'd81b8266626967696e748101',
    digest: '20402a684d072db9f98bc041a7e73e86497cb36dcbcf49541bc56b72a91369a3',
  },
  {
    name: '-1n',
    value: () => -1n,
    encoding: 'd81b8266626967696e748120',
    digest: 'f68f720b81fc5cfaab6eb960c05e4561e52953dfd351f1633bd096ed6ab941ea',
  },
  {
    name: '(2^53 - 1)n',
    value: () => 2n ** 53n - 1n,
    encoding: 'd81b8266626967696e74811b001fffffffffffff',
    digest: '293fc74d7a0472c623acebcf190e8d5ccb247ff12182dea937713e37de8f3dec',
  },
  {
    name: '(2^53)n',
    value: () => 2n ** 53n,
    encoding: 'd81b8266626967696e74811b0020000000000000',
    digest: '575ca55614d88c10ebc8e2284150a2fddb8503764aee7786e3441ffbb0f884fb',
  },
  {
    name: '-(2^53)n',
    value: () => -(2n ** 53n),
    encoding: 'd81b8266626967696e74813b001fffffffffffff',
    digest: '73ecf49a6ef32ee3f58801faa5c6e0677621e67968dcfed71959f18a7beaf89f',
  },
  {
    name: '-(2^53 + 1)n',
    value: () => -(2n ** 53n) - 1n,
    encoding: 'd81b8266626967696e74813b0020000000000000',
    digest: 'e2b59bc2a63d27602b1893bd279ae1761f42294bcb053cdc900993a7286d8ab0',
  },
  {
    name: '(2^64 - 1)n',
    value: () => 2n ** 64n - 1n,
    encoding: 'd81b8266626967696e74811bffffffffffffffff',
    digest: '24ae1d296c2dd84a4aaf501dd4717efdb385246b789b8dfb0862bf3d7aedd274',
  },
  {
    name: '(2^64)n',
    value: () => 2n ** 64n,
    encoding: 'd81b8266626967696e7481c249010000000000000000',
    digest: '1e314f17b855635249db553ede9fbcaa81f6b3c2de496ab6c67c4ae8f8aa8710',
  },
  {
    name: '-(2^64)n',
    value: () => -(2n ** 64n),
    encoding: 'd81b8266626967696e74813bffffffffffffffff',
    digest: '8efe3af9c706282d342b4ab771d04c6afb2658cca3e37e2cdfe1456b585e038f',
  },
  {
    name: '-(2^64 + 1)n',
    value: () => -(2n ** 64n) - 1n,
    encoding: 'd81b8266626967696e7481c349010000000000000000',
    digest: '89910f526f4f30fe98b3d38534c4b614b9d3c9a829ddd6d1afe73c627e23e4ac',
  },
  // Text
  {
    name: "'1'",
    value: () => '1',
    encoding: '6131',
    digest: 'f55ff16f66f43360266b95db6f8fec01d76031054306ae4a4b380598f6cfd114',
  },
  {
    name: "'somen' in Japanese",
    value: () => '\u7d20\u9eba',
    encoding: '66e7b4a0e9baba',
    digest: '9d002c08f3f43d6607c7b5ed3cd77d3bf5a2d8d33947b323446bfb30f151da0b',
  },
  {
    name: 'a lone high surrogate',
    value: () => '\ud800',
    encoding: 'd81b826575746631364200d8',
    digest: '5b627de7e9da5b215cf6e091434777e50b6b0688c1457c9807f94af83916d329',
  },
  {
    name: 'a lone low surrogate in text',
    value: () => 'a\udc00b',
    encoding: 'd81b8265757466313646610000dc6200',
    digest: 'e8283ca7a1ca263e918160066971e0ec42074623e5f8b3da062acaa0d771515d',
  },
  {
    name: 'a byte order mark',
    value: () => '\ufeff',
    encoding: '63efbbbf',
    digest: 'a3026d36caa94f5d450b5489fcf9e46bc7390470144a762b49efa7188638b4ed',
  },
  {
    name: 'composed and decomposed',
    value: () => ['\u00e9', 'e\u0301'],
    encoding: '8262c3a96365cc81',
    digest: '8e1e0849e97b82cdf65541b520914159b877cd05258650b4bc5d977a4a3c9d47',
  },
  // Arrays and objects
  {
    name: '[undefined]',
    value: () => [undefined],
    encoding: '81f7',
    digest: '33df5beea872b794f3a394348e4cd8f4d74d5f343b714de8ed611595793a654f',
  },
  {
    name: 'a hole',
    value: () => new Array(1),
    encoding: '81d81b8264686f6c6580',
    digest: 'd5c3a3841d8377c39f95123d45a654d54a8c51412d80bbd9f17336be12ad2a66',
  },
  {
    name: 'a hole between',
    value: () => Object.assign(new Array(3), { 0: 1, 2: 2 }),
    encoding: '8301d81b8264686f6c658002',
    digest: 'c4c794941c5428f9adfe4062f41bd8e28b03c8c38826b4a1422e18b82d426e6f',
  },
  {
    name: 'keys by length, then by bytes',
    value: () => ({ b: 1, a: 2, aa: 3 }),
    encoding: 'a361610261620162616103',
    digest: 'e85052fe2ed4892e5dcabce49d3abf5b3c41cd03b2cec81774e5b3896c9e02fb',
  },
  {
    name: 'keys that look like indices',
    value: () => ({ 10: 1, 2: 2, 1: 3 }),
    encoding: 'a361310361320262313001',
    digest: '8f3bce9f176e0edd028b0dc148cbc4c2a3318db7ffedf31b5e904809cebad83b',
  },
  {
    name: 'keys beyond ASCII',
    value: () => ({ '\u00e9': 1, z: 2, ab: 3, '\uffff': 4, '\u{10000}': 5 }),
    encoding: 'a5617a026261620362c3a90163efbfbf0464f090808005',
    digest: 'c776043365aec3171629982688f82fb19c43b33fcec478ab4fe123998c32fa32',
  },
  {
    name: 'a key of 24 characters',
    value: () => ({ ['k'.repeat(24)]: 0, z: 1 }),
    encoding: 'a2617a0178186b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b00',
    digest: '4586ce46180e6e246b226b5343cb1e482d33bad659879e8766d26b4fee8d7685',
  },
  {
    name: 'a key with a lone surrogate',
    value: () => ({ '\ud800': 1, zz: 2 }),
    encoding: 'a2627a7a02d81b826575746631364200d801',
    digest: 'a441966cf8f36259e6b6b1d24540ff7986160ed65b8160f5c4c782c8d41110dd',
  },
  {
    name: 'a member that is undefined',
    value: () => ({ a: undefined }),
    encoding: 'a16161f7',
    digest: 'f18986dade2bf84d45fde3dccd15d4da00cb25c536b1478b498f595c887445e4',
  },
  {
    name: 'an object without a prototype',
    value: () => Object.assign(Object.create(null) as object, { a: 1 }),
    encoding: 'a1616101',
    digest: 'eb989b4a620fd259ae02181bdab4fc3eb6dc6b45eb7322999bb1416bce318926',
  },
  // Objects of the language
  {
    name: 'new Map()',
    value: () => new Map(),
    encoding: 'd81b82634d617080',
    digest: 'b7e1ad6acf94e6bed13b7796def33b62041500b8157f29161eb277ebf9a5a198',
  },
  {
    name: 'a Map',
    value: () =>
      new Map<unknown, unknown>([
        ['b', 1],
        ['a', [2]],
      ]),
    encoding: 'd81b82634d61708461620161618102',
    digest: '94ec246bb66a810f68fec8d735317cae0b65ad07a99045911dd1ff8a96411899',
  },
  {
    name: 'new Set()',
    value: () => new Set(),
    encoding: 'd81b826353657480',
    digest: '53c0d28f0a791b7e88101ed6723842ff8c54fdd4f59c30b5b3fc4fc8f22b9d12',
  },
  {
    name: 'a Set',
    value: () => new Set([2, 1]),
    encoding: 'd81b8263536574820201',
    digest: 'a36aca0a834f253286bde9c9aaaa4beee929f267b50a2c0b50309b8238d96278',
  },
  {
    name: 'a Date',
    value: () => new Date(0),
    encoding: 'd81b8264446174658100',
    digest: '3cdb8f24bc796852aca0ba079c166c34135d01fd82a1cb6240f385c0cd132dee',
  },
  {
    name: 'a Date after 1970',
    value: () => new Date(1_700_000_000_123),
    encoding: 'd81b826444617465811b0000018bcfe5687b',
    digest: '6e83c4024b4fd95deec5669a78818b78a28f2c46a7d0a591d27c8c0130359b31',
  },
  {
    name: 'an invalid Date',
    value: () => new Date(Number.NaN),
    encoding: 'd81b82644461746581f97e00',
    digest: '2161486ee034b6aa58b2843a08801bccebdaaf6f653229a5a3c5f333303839a1',
  },
  {
    name: 'a RegExp',
    value: () => /a+/gi,
    encoding: 'd81b82665265674578708262612b626769',
    digest: '62cde59110f205dc42bb7401c255d61a3da966059f81d7823aae6ec1628ec433',
  },
  {
    name: 'a URL',
    value: () => new URL('https://a.b'),
    encoding: 'd81b826355524c816c68747470733a2f2f612e622f',
    digest: '81055c09f5eb33424055b878f6b3c13b57fdbe0f94b25ab373f49b32b6599d18',
  },
  {
    name: 'an Error',
    value: () => new Error('x'),
    encoding: 'd81b82654572726f7283654572726f726178a0',
    digest: '1df28a9ad649bb3574217a75145f26200781f8572a1149219b51470ffafa9cb5',
  },
  {
    name: 'a TypeError with a cause',
    value: () => new TypeError('x', { cause: 1 }),
    encoding: 'd81b82654572726f728369547970654572726f726178a165636175736501',
    digest: 'fb68e63e7556b1ea2634d45da4bb24792ede80a001f98902239fd958101aa54c',
  },
  {
    name: 'an Error with a code and a name',
    value: () => Object.defineProperty(Object.assign(new Error('x'), { code: 'E' }), 'name', { value: 'MyError' }),
    encoding: 'd81b82654572726f7283674d794572726f726178a164636f64656145',
    digest: '1f47693c67104036061ec1c24d10c277df59a273a9ee2a5f2269d76097617587',
  },
  {
    name: 'an AggregateError',
    value: () => new AggregateError([1], 'x'),
    encoding: 'd81b82654572726f72836e4167677265676174654572726f726178a1666572726f72738101',
    digest: 'd1fc12552cb84f00362571e88b28cc3e17571e8ed77aea241d6ccb2f87da5549',
  },
  {
    name: 'a task',
    value: () => task,
    encoding: 'd81b82647461736b826c766563746f72732f7461736b6131',
    digest: '847ac7aeeb675a864b08b012bf9c153b5da80a9effb22e50bfedb2d89af3dbb4',
  },
  {
    name: 'a quoted call',
    value: () => quote(add(1, 2)),
    encoding: 'd81b826571756f74658281826b766563746f72732f616464613181a36461726773820102647461736b00656c696e6b7380',
    digest: '0c7cb98362eb8179d3c8ae914bdaf68e0fa4da4a931b7b4d2755bf5ea9ff3241',
  },
  {
    name: 'a quoted workflow',
    value: () => quote(add(add(1, 2), 3)),
    encoding:
      'd81b826571756f74658281826b766563746f72732f616464613182a36461726773820102647461736b00656c696e6b7380a3646172677382f603647461736b00656c696e6b73820000',
    digest: '4a2fda6aea033fec9acb62b758a7eb1caff5206fc8275c165d95783f52da3589',
  },
  {
    name: 'an instance of a known class',
    value: () => new Point(1, 2),
    encoding: 'd81b8268696e7374616e6365826d766563746f72732f506f696e74a2617801617902',
    digest: 'f3cd18730caafe860c6db058d193d7b0df5913f00978c12e388b32df7be306e8',
  },
  // Binary data
  {
    name: 'a Uint8Array',
    value: () => new Uint8Array([1, 2]),
    encoding: 'd840420102',
    digest: '22ce2921d40bea602615a0972e76d06a95590faf9f1328043d6e072da9497e69',
  },
  {
    name: 'an Int8Array of the same bytes',
    value: () => new Int8Array([1, 2]),
    encoding: 'd848420102',
    digest: '737f115cdd0f2a2da506f7924986f4821a712f1abcedae5c402c17405e25165b',
  },
  {
    name: 'a Uint8ClampedArray of the same bytes',
    value: () => new Uint8ClampedArray([1, 2]),
    encoding: 'd844420102',
    digest: '84785d1bb67121f24bbcd9d9fd715b52c2fb0e58b1318c109c825d89eeaa04d7',
  },
  {
    name: 'an ArrayBuffer of the same bytes',
    value: () => new Uint8Array([1, 2]).buffer,
    encoding: '420102',
    digest: '06c39d2157eb9b844484f88dc7e7c22052f256f8f25c36def7b0296b8d7a387b',
  },
  {
    name: 'a DataView of the same bytes',
    value: () => new DataView(new Uint8Array([1, 2]).buffer),
    encoding: 'd81b82684461746156696577420102',
    digest: 'ed59ee7ab34da02c25d27ed692aaacaa99743f804be06b6585d0494ad39cedd4',
  },
  {
    name: 'a Uint16Array',
    value: () => new Uint16Array([1, 0x203]),
    encoding: 'd8454401000302',
    digest: 'e1542e4bb18c362c93565322c0bfc0554d6467ee3b0957860eaf12be395e178e',
  },
  {
    name: 'a Uint32Array',
    value: () => new Uint32Array([1]),
    encoding: 'd8464401000000',
    digest: '92e75181a111fda0ea988f603810837473c8381766f37ba45066d971d3dfcb87',
  },
  {
    name: 'a BigUint64Array',
    value: () => new BigUint64Array([1n]),
    encoding: 'd847480100000000000000',
    digest: 'a7a8722daa5dc771029b0f2c2c79ee8b4a84a382d2e94eee0c2e09a2220dd943',
  },
  {
    name: 'an Int16Array',
    value: () => new Int16Array([-2]),
    encoding: 'd84d42feff',
    digest: '9c68fecc58779df0b068d485bf275997dcbfa39608e6283dff4d2de51f436497',
  },
  {
    name: 'an Int32Array',
    value: () => new Int32Array([-2]),
    encoding: 'd84e44feffffff',
    digest: 'e4cfac7cf71cac92aa49682f878098a220db1285207959b9e4ac2f9de1fb2579',
  },
  {
    name: 'a BigInt64Array',
    value: () => new BigInt64Array([-2n]),
    encoding: 'd84f48feffffffffffffff',
    digest: 'aa03b881ab1514352c11bd71f98dfdaacacb4d652a5c5a5c2b5eaed38111338b',
  },
  {
    name: 'a Float32Array',
    value: () => new Float32Array([1, -2]),
    encoding: 'd855480000803f000000c0',
    digest: '1046c7d267bb89ac7ab51e27e0f7bdf93758e50e1459e9b7e0c8019bb8039874',
  },
  {
    name: 'a Float64Array',
    value: () => new Float64Array([1, -2]),
    encoding: 'd85650000000000000f03f00000000000000c0',
    digest: '149fd8afb349dff2492bff504d589df8032cca9d702d70c429b94739ebf5e72b',
  },
  {
    name: 'a view of a part',
    value: () => new Uint8Array([0, 1, 2, 3]).subarray(1, 3),
    encoding: 'd840420102',
    digest: '22ce2921d40bea602615a0972e76d06a95590faf9f1328043d6e072da9497e69',
  },
  {
    name: 'an empty Uint8Array',
    value: () => new Uint8Array(0),
    encoding: 'd84040',
    digest: '4637acc29f2a07feac78174760289611ba83a0d0fb8a5304f4c184552b136c39',
  },
  ...OBJECTS,
];

/** Names of vectors whose values are the same data, and so have one encoding. */
export const EQUAL: readonly (readonly [string, string])[] = [['a Uint8Array', 'a view of a part']];

/** 5 MiB of sevens, as a `Uint8Array`: more than one chunk. */
export const LARGE: { readonly value: () => unknown; readonly digest: string } = {
  value: () => new Uint8Array(5 * 2 ** 20).fill(7),
  digest: 'ffca42a130e162555fd099dd81e5098381de38ddebd256ec55cbe04182032982',
};
