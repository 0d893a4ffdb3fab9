package cli

import (
	"net"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync"
	"time"
)

// With HTTP/2, a transport opens a connection for each request that begins before there is one, and for each that the first one has no
// room for, though one more would have room for all: hundreds of TLS handshakes. So requests wait for the first connection, and those
// beyond its usual room go to another transport. The fields of [http.Transport] that limit connections and streams are no help: with
// HTTP/2 they can make requests hang (golang/go issue 34941).
const (
	transports = 8  // enough for all requests that the client sends at once
	room       = 96 // servers usually allow 100 requests at once on a connection
)

// transport returns the HTTP transport. The client sets the timeout of a whole request, and limits how many it sends at once.
func transport() http.RoundTripper {
	s := &spread{}
	for range transports {
		s.members = append(s.members, &member{RoundTripper: &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConnsPerHost: 128, // with HTTP/1.1, each request at the same time has a connection
			IdleConnTimeout:     90 * time.Second,
			TLSHandshakeTimeout: 10 * time.Second,

			// A firewall may drop a connection silently. Without pings, every later request on it would get no answer.
			HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 5 * time.Second},
		}})
	}
	return s
}

// spread sends each request through the first member that has room.
type spread struct {
	mu      sync.Mutex
	members []*member
}

// member is a transport. Its other requests wait for the connection of the first one: with HTTP/2, they need no other.
type member struct {
	http.RoundTripper
	busy      int           // requests without an answer
	connected chan struct{} // nil before the first request; closed when that has a connection, or failed
}

func (s *spread) RoundTrip(request *http.Request) (*http.Response, error) {
	m, isFirst := s.take()
	defer s.release(m)
	if isFirst {
		open := sync.OnceFunc(func() { close(m.connected) })
		defer open()
		trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { open() }}
		request = request.WithContext(httptrace.WithClientTrace(request.Context(), trace))
	} else {
		select {
		case <-m.connected:
		case <-request.Context().Done():
			return nil, request.Context().Err()
		}
	}
	return m.RoundTripper.RoundTrip(request)
}

func (s *spread) take() (m *member, isFirst bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.members, func(m *member) bool { return m.busy < room })
	m = s.members[max(i, 0)]
	m.busy++
	if isFirst = m.connected == nil; isFirst {
		m.connected = make(chan struct{})
	}
	return m, isFirst
}

func (s *spread) release(m *member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m.busy--
}
