/*
 * The Promela twin of tests/checker/two-phase-commit.ts, made as fast as Spin can have it: one process, so that a state
 * holds no other program counters; bits and bytes; each rule one d_step, which is one transition, as it is one step here.
 * N is the number of managers. Nothing is asserted: Spin looks for invalid end states only, which is less than our
 * model asks, whose `always` and `sometimes` are part of what is measured.
 *
 * How Spin counts: "states, stored" are the distinct states, the initial one included. "transitions (= stored+matched)"
 * adds the edges that led to a state already stored; the initial state is stored without an edge that leads to it, so
 * that number is one more than ours.
 */
#define working   0
#define prepared  1
#define committed 2
#define aborted   3

#define undecided    0
#define hasCommitted 1
#define hasAborted   2

byte tm;
byte phase[N];
bit received[N];
bit sent[N];
bit commitSent, abortSent;

/* Promela has no quantifier. From one manager upwards, N of these are asked. */
#define all1 received[0]
#define all2 all1 && received[1]
#define all3 all2 && received[2]
#define all4 all3 && received[3]
#define all5 all4 && received[4]
#define all6 all5 && received[5]
#define all7 all6 && received[6]
#define all8 all7 && received[7]
#define all9 all8 && received[8]
#if   N == 3
#define everyone all3
#elif N == 7
#define everyone all7
#elif N == 8
#define everyone all8
#elif N == 9
#define everyone all9
#endif

#define rulesOf(m)                                                                   \
  :: d_step { tm == undecided && sent[m] -> received[m] = 1 }                        \
  :: d_step { phase[m] == working -> phase[m] = prepared; sent[m] = 1 }              \
  :: d_step { phase[m] == working -> phase[m] = aborted }                            \
  :: d_step { commitSent -> phase[m] = committed }                                   \
  :: d_step { abortSent -> phase[m] = aborted }

active proctype everybody() {
  do
  :: d_step { tm == undecided && everyone -> tm = hasCommitted; commitSent = 1 }
  :: d_step { tm == undecided -> tm = hasAborted; abortSent = 1 }
  rulesOf(0)
  rulesOf(1)
  rulesOf(2)
#if N > 3
  rulesOf(3)
  rulesOf(4)
  rulesOf(5)
  rulesOf(6)
#endif
#if N > 7
  rulesOf(7)
#endif
#if N > 8
  rulesOf(8)
#endif
  od
}
