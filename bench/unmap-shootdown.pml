/*
 * The Promela twin of design `snapshot` of scenario `unmap-shootdown` (scenarios/unmap-shootdown.ts): the same cells, and
 * for each step of ours one d_step, which is one transition. One process, so that a state holds no other program
 * counters. N is the number of cores, 2 to 4; there are two pages, and frame n is mapped at page n.
 *
 * What a cell of ours holds that follows from others, or never changes in this design, is left out: the frame and the
 * writable bit of an entry and of a translation, the range of a request, the frame that is gathered. The lock and the
 * caller's mode are kept, though the phase of the call says as much. Nothing is asserted: Spin looks for invalid end
 * states only, which is less than our model asks, whose properties are part of what is measured.
 *
 * How Spin counts: see two-phase-commit.pml.
 */

/* The call's phase. */
#define uncalled   0
#define locking    1
#define changing   2
#define freeing    3
#define flushing   4
#define awaiting   5
#define refused    6
#define unlocking  7
#define leaving    8
#define returned   9

/* Who has a frame. */
#define guest      0
#define nobody     1
#define rustHeap   2
#define otherGuest 3

byte call;
byte changed;
bit lock;
bit kernel[N];
bit requested[N];
/* A translation that is held, by core and page, and whether it is dirty. */
bit cached[2 * N];
bit dirty[2 * N];
bit present[2] = 1;
bit entryDirty[2];
byte owner[2];

#define at(c, p) (2 * (c) + (p))

/* What the hardware and the guest of core c do with page p. */
#define accesses(c, p)                                                                                                   \
  :: d_step { !cached[at(c, p)] && present[p] -> cached[at(c, p)] = 1; dirty[at(c, p)] = entryDirty[p] }                 \
  :: d_step { cached[at(c, p)] -> cached[at(c, p)] = 0; dirty[at(c, p)] = 0 }                                            \
  :: d_step { !kernel[c] && cached[at(c, p)] -> skip }                                                                   \
  :: d_step { !kernel[c] && dirty[at(c, p)] -> skip }                                                                    \
  :: d_step { !kernel[c] && !dirty[at(c, p)] && present[p] -> cached[at(c, p)] = 1; dirty[at(c, p)] = 1; entryDirty[p] = 1 } \
  :: d_step { !kernel[c] && cached[at(c, p)] && !dirty[at(c, p)] && !present[p] -> cached[at(c, p)] = 0 }

#define drop(c)                                                                                                          \
  cached[at(c, 0)] = 0; dirty[at(c, 0)] = 0; cached[at(c, 1)] = 0; dirty[at(c, 1)] = 0

#define invalidated(c)                                                                                                   \
  :: d_step { requested[c] -> requested[c] = 0; drop(c) }

#define visits(c)                                                                                                        \
  :: d_step { !kernel[c] -> kernel[c] = 1 }                                                                              \
  :: d_step { kernel[c] -> kernel[c] = 0 }

#define ofCore(c)                                                                                                        \
  accesses(c, 0)                                                                                                         \
  accesses(c, 1)                                                                                                         \
  invalidated(c)

/* What the call does with page p, and the heap with its frame. */
#define ofPage(p)                                                                                                        \
  :: d_step { call == changing && changed == p -> present[p] = 0; entryDirty[p] = 0; changed = p + 1; call = freeing }   \
  :: d_step { call == freeing && changed == p + 1 -> owner[p] = nobody; call = (p == 1 -> flushing : changing) }         \
  :: d_step { owner[p] == nobody -> owner[p] = rustHeap }                                                                \
  :: d_step { owner[p] == nobody -> owner[p] = otherGuest }

/* Promela has no quantifier. */
#if   N == 2
#define all(of)  of[0] && of[1]
#define none(of) !of[0] && !of[1]
#elif N == 3
#define all(of)  of[0] && of[1] && of[2]
#define none(of) !of[0] && !of[1] && !of[2]
#elif N == 4
#define all(of)  of[0] && of[1] && of[2] && of[3]
#define none(of) !of[0] && !of[1] && !of[2] && !of[3]
#endif

inline request(on) {
  requested[0] = on; requested[1] = on;
#if N > 2
  requested[2] = on;
#endif
#if N > 3
  requested[3] = on;
#endif
}

active proctype everybody() {
  do
  ofCore(0)
  ofCore(1)
  visits(1)
#if N > 2
  ofCore(2)
  visits(2)
#endif
#if N > 3
  ofCore(3)
  visits(3)
#endif
  ofPage(0)
  ofPage(1)
  :: d_step { call == uncalled -> call = locking; kernel[0] = 1 }
  :: d_step { call == locking && !lock -> call = changing; lock = 1 }
  :: d_step { call == flushing -> call = awaiting; request(1) }
  :: d_step { call == awaiting && none(requested) -> call = unlocking }
  :: d_step { call == awaiting && all(requested) -> call = refused; request(0) }
  :: d_step { call == refused -> call = unlocking; drop(0) }
  :: d_step { call == unlocking -> call = leaving; lock = 0 }
  :: d_step { call == leaving -> call = returned; kernel[0] = 0 }
  od
}
