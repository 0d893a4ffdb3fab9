package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
)

// TestConnections: with HTTP/2, as many requests at once as the client sends need one connection for 96 of them. With HTTP/1.1 each
// needs its own.
func TestConnections(t *testing.T) {
	for _, row := range []struct {
		proto                 string
		requests, connections int
	}{
		{"HTTP/2.0", 1, 1},
		{"HTTP/2.0", 96, 1},
		{"HTTP/2.0", 97, 2},
		{"HTTP/2.0", 768, 8},
		{"HTTP/1.1", 100, 100},
	} {
		var came sync.WaitGroup
		came.Add(row.requests)
		server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			came.Done()
			came.Wait() // for all others
			fmt.Fprint(w, r.Proto)
		}))
		var opened atomic.Int32
		server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
			if s == http.StateNew {
				opened.Add(1)
			}
		}
		server.EnableHTTP2 = row.proto == "HTTP/2.0"
		server.StartTLS()
		network := transport().(*spread)
		for _, m := range network.members {
			m.RoundTripper.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
		}
		var all sync.WaitGroup
		for range row.requests {
			all.Go(func() {
				if proto, err := get(t.Context(), network, server.URL); err != nil || proto != row.proto {
					t.Errorf("%s, %v", proto, err)
				}
			})
		}
		all.Wait()
		if int(opened.Load()) != row.connections {
			t.Errorf("%d requests over %s: %d connections, want %d", row.requests, row.proto, opened.Load(), row.connections)
		}
		for _, m := range network.members {
			m.RoundTripper.(*http.Transport).CloseIdleConnections()
			if m.busy != 0 {
				t.Errorf("%d requests are still under way", m.busy)
			}
		}
		server.Close()
	}
}

func get(ctx context.Context, network http.RoundTripper, url string) (text string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	response, err := network.RoundTrip(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

// TestFirstConnectionFails: requests that wait for the first connection do not wait for ever. Each tries by itself if that one fails, and
// stops waiting when its run ends.
func TestFirstConnectionFails(t *testing.T) {
	begun, fails := make(chan struct{}, 2), make(chan struct{})
	s := &spread{members: []*member{{RoundTripper: roundTrip(func(*http.Request) (*http.Response, error) {
		begun <- struct{}{}
		<-fails
		return nil, errors.New("no route")
	})}}}
	errs := make(chan error)
	send := func(ctx context.Context) {
		_, err := get(ctx, s, "https://atlas.example")
		errs <- err
	}
	go send(t.Context())
	<-begun
	ctx, stop := context.WithCancel(t.Context())
	go send(ctx)
	stop()
	if err := <-errs; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	go send(t.Context())
	close(fails)
	for range 2 {
		if err := <-errs; err == nil || err.Error() != "no route" {
			t.Errorf("got %v", err)
		}
	}
}
