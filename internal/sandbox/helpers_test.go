package sandbox

import (
	"bytes"
	"testing"
)

// mirror is what a state file would hold: the fleet as it was, with all changes applied.
type mirror struct{ fleet *Fleet }

func (m *mirror) save(_ *Fleet, c *change) error {
	copied, err := decodeChange(encode(c))
	if err != nil {
		return err
	}
	m.fleet.apply(copied)
	return nil
}

// mirrored gives a mirror to a sandbox without a file. At the end of the test, the mirror must be the same as the fleet
// in memory. It is not if an operation changed anything other than its draft: that change would be lost with the
// process.
func mirrored(t *testing.T, s *Server) {
	t.Helper()
	if s.state.kept != nil {
		return
	}
	m := &mirror{s.state.fleet.clone()}
	s.state.kept = m
	t.Cleanup(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		m.fleet.apply(&change{Credentials: s.state.granted})
		if !bytes.Equal(encode(s.state.fleet), encode(m.fleet)) {
			t.Errorf("the sandbox would keep\n%s\nbut it has\n%s", encode(m.fleet), encode(s.state.fleet))
		}
	})
}
