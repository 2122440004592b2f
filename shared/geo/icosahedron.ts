/**
 * The frame of H3's grid: an icosahedron, whose faces carry the coarsest cells. The figures are those of the H3 library,
 * version 4.5.0 (https://github.com/uber/h3, Apache License 2.0; `faceijk.c` and `baseCells.c`): an index must agree with
 * it to the last bit.
 */

/**
 * For each face: the unit vector of its centre, and the azimuth in radians from the centre to the i axis of its grid.
 */
export const FACES: readonly (readonly [x: number, y: number, z: number, azimuth: number])[] = [
  [0.2199307791404606, 0.6583691780274996, 0.7198475378926182, 5.6199582685239395],
  [-0.2139234834501421, 0.1478171829550703, 0.9656017935214205, 5.7603390817141875],
  [0.1092625278784797, -0.481195157287321, 0.8697775121287253, 0.78021365439343],
  [0.7428567301586791, -0.3593941678278028, 0.5648005936517033, 0.4304693639799999],
  [0.8112534709140969, 0.3448953237639384, 0.472138773641393, 6.130269123335111],
  [-0.1055498149613921, 0.9794457296411413, 0.1718874610009365, 2.692877706530643],
  [-0.8075407579970092, 0.1533552485898818, 0.5695261994882688, 2.982963003477244],
  [-0.2846148069787907, -0.8644080972654206, 0.4144792552473539, 3.532912002790141],
  [0.7405621473854482, -0.6673299564565524, -0.0789837646326737, 3.494305004259568],
  [0.8512303986474293, 0.4722343788582681, -0.2289137388687808, 3.0032141694995382],
  [-0.7405621473854481, 0.6673299564565524, 0.0789837646326737, 5.930472956509812],
  [-0.8512303986474292, -0.4722343788582682, 0.2289137388687808, 0.13837848409025486],
  [0.1055498149613919, -0.9794457296411413, -0.1718874610009365, 0.4487149470591504],
  [0.8075407579970092, -0.1533552485898819, -0.5695261994882688, 0.15862965011254937],
  [0.2846148069787908, 0.8644080972654204, -0.4144792552473539, 5.891865957979238],
  [-0.7428567301586791, 0.3593941678278027, -0.5648005936517033, 2.711123289609793],
  [-0.811253470914097, -0.3448953237639382, -0.472138773641393, 3.294508837434268],
  [-0.2199307791404607, -0.6583691780274996, -0.7198475378926182, 3.80481969224544],
  [0.213923483450142, -0.1478171829550704, -0.9656017935214205, 3.6644388790551923],
  [-0.1092625278784796, 0.481195157287321, -0.8697775121287253, 2.361378999196363],
];

/**
 * The base cells around each face, one line per face, for the grid positions (i, j, k) from (0, 0, 0) to (2, 2, 2),
 * where k runs first. Each entry is two digits in base 36: base cell · 8 + the number of sixths of a turn,
 * counterclockwise, from the axes of the face to the cell's own.
 */
const aroundFaces = `
  3k405c7c6o77axarb71s192d4w3k40957c6o0w050l3d1s196x4w3k
  0g1c34282g3v5d575n000d25140g1c41282g0x0t1p1t000d3l140g
  1k4o8g20487n354j830o316l081k4o1d20480y2t5x010o310h081k
  5s9ccw6g9kdv8hajeb2o6d9x2w5s9c4p6g9k0z3h710p2o6d1l2w5s
  6w94aw9sbsdncxejgr3c517h686w949d9sbs101x3p2p3c515t686w
  b4aoaz746r7f5f433nfkewerbnb4ao8b746rigjfizgjfkewcpbnb4
  5k545f3s2j2b371f0ja08o8b7v5k54633s2je0d7crcja08oab7v5k
  804g377k4b238j4r1nc88w63c3804gbf7k4bg0dfabgbc88wfvc380
  e8ag8jds9n6jcz9f5viofcbfibe8aggzds9nlkjvfvlviofclfibe8
  goegczdkbv9vaz976zkwj4gzi3goegerdkbvnsn7lfmjkwj4izi3go
  cod4e3gghfhnijkjl7888ra3bkcod4fngghf5c575n77888rb7bkco
  a8dcg3cgf7hve3h7k3608zcb7sa8dca3cgf7344j833v608z5n7sa8
  fsjslng8kbmzg3jnnfbcffirc0fsjscbg8kb8gajeb7nbcff83c0fs
  lcn4nvlsojpnlnorqjgwj7kzi8lcn4irlsojcwejgrdvgwj7ebi8lc
  iwjcijmgmrmbnvozpfeoezfni0iwjckzmgmrawarb7dneoezgri0iw
  l4kgighkhcgje1d7cro8o0mdkpl4kgh5hkhcq4qdphnlo8o0k1kpl4
  k0h4e0hsf4cjg1dfabnkkohpm1k0h4jlhsf4q3odl9p5nkkondm1k0
  ncjkg0mwk8gblljvfvp4m0hxptncjkopmwk8q2npk5qxp4m0qhptnc
  qgoolkpkoglvntn7lfqwpsn1qpqgoooxpkogq1p9nhq9qwpspdqpqg
  pcownsm8momjihjfizq8qoppo1pcowkhm8moq0r1qlo9q8qol5o1pc`;

/** Index: face · 27 + 9i + 3j + k. */
export const BASE_CELLS: Uint16Array = Uint16Array.from(aroundFaces.match(/\w\w/g) ?? [], (entry) =>
  Number.parseInt(entry, 36),
);

/** The faces on which the grid of a pentagon is turned clockwise, by base cell. */
export const CLOCKWISE_FACES: ReadonlyMap<number, readonly number[]> = new Map([
  [4, []],
  [14, [2, 6]],
  [24, [1, 5]],
  [38, [3, 7]],
  [49, [0, 9]],
  [58, [4, 8]],
  [63, [11, 15]],
  [72, [12, 16]],
  [83, [10, 19]],
  [97, [13, 17]],
  [107, [14, 18]],
  [117, []],
]);
