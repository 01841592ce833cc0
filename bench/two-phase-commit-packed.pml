/*
 * The same as two-phase-commit.pml, packed by hand into 40 bits, as our rows are packed by the compiler. Nobody writes a
 * model like this; it shows how fast Spin can be on one. N is the number of managers, 9 at most.
 */
#define working   0
#define prepared  1
#define committed 2
#define aborted   3

#define undecided    0
#define hasCommitted 1
#define hasAborted   2

unsigned tm : 2;
unsigned phases : 18;
unsigned received : 9;
unsigned sent : 9;
bit commitSent, abortSent;

#define everyone     ((1 << N) - 1)
#define phase(m)     ((phases >> (2 * m)) & 3)
#define become(m, p) phases = (phases & ~(3 << (2 * m))) | (p << (2 * m))

#define rulesOf(m)                                                                   \
  :: d_step { tm == undecided && (sent & (1 << m)) -> received = received | (1 << m) } \
  :: d_step { phase(m) == working -> become(m, prepared); sent = sent | (1 << m) }   \
  :: d_step { phase(m) == working -> become(m, aborted) }                            \
  :: d_step { commitSent -> become(m, committed) }                                   \
  :: d_step { abortSent -> become(m, aborted) }

active proctype everybody() {
  do
  :: d_step { tm == undecided && received == everyone -> tm = hasCommitted; commitSent = 1 }
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
