//go:build !unix

package redistest

// Pause needs signals that this system does not have.
func (s *Server) Pause() { s.t.Fatal("a process can be stopped and let go on under Unix only") }

// Resume ends a Pause.
func (s *Server) Resume() { s.Pause() }
