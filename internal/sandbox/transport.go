package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// RoundTrip answers a request without a network, so that a Server is an http.RoundTripper. A client in the same process
// then works in a bubble of testing/synctest.
func (s *Server) RoundTrip(r *http.Request) (response *http.Response, err error) {
	defer func() {
		if cause := recover(); cause == http.ErrAbortHandler {
			response, err = nil, lostAnswer(r)
		} else if cause != nil {
			panic(cause)
		}
	}()
	received := r.Clone(r.Context())
	if received.Body == nil {
		received.Body = http.NoBody
	}
	w := newAnswer()
	s.ServeHTTP(w, received)
	return &http.Response{
		Status:     fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)),
		StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.header, Body: io.NopCloser(w.promised()), ContentLength: int64(w.body.Len()), Request: r,
	}, nil
}

// lostAnswer is the error for a connection that ends without an answer.
func lostAnswer(r *http.Request) error {
	if err := r.Context().Err(); err != nil {
		return err
	}
	return io.EOF
}

// promised returns the body. If the body is shorter than its Content-Length, reading it ends with an error.
func (a *answer) promised() io.Reader {
	length, err := strconv.Atoi(a.header.Get("Content-Length"))
	if err != nil || length == a.body.Len() {
		return bytes.NewReader(a.body.Bytes())
	}
	return io.MultiReader(bytes.NewReader(a.body.Bytes()), endsEarly{})
}

type endsEarly struct{}

func (endsEarly) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
