package client

import (
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"strings"
)

// Retry says what the end of a request means for sending it again.
type Retry uint8

const (
	Permanent Retry = 0
	Retryable Retry = 1 // the same request may succeed later
	Ambiguous Retry = 2 // Atlas may have carried the request out

	AmbiguousRetryable = Ambiguous | Retryable
)

// judge returns what the end of one try means. For a request that only reads, callers ignore Ambiguous.
func judge(response *http.Response, err error) Retry {
	if err != nil {
		return judgeError(err)
	}
	switch response.StatusCode {
	case http.StatusRequestTimeout, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return AmbiguousRetryable
	case http.StatusTooManyRequests:
		return Retryable
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed:
		if isThrottling(readError(response).Code) {
			return Retryable
		}
	}
	if response.StatusCode >= 500 && readError(response).Code != "SANDBOX_NOT_EMULATED" { // the sandbox carries out nothing then
		return Ambiguous
	}
	return Permanent
}

// isThrottling reports whether a refusal with this code ends by itself. There are three such refusals: a 400 for an IP address that
// sends more than about ten invitations a minute [seen reports], a 403 from OAuth for a service account with too many tokens
// [doc service-accounts], and a 405 for a write during an upgrade of Atlas [doc error-codes].
func isThrottling(code string) bool {
	return isInvitationLimit(code) || code == "access_denied" || code == "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES"
}

// judgeError judges a try without an answer. Errors of the network may end. Errors of this program do not.
func judgeError(err error) Retry {
	var (
		unsent      *unsentError
		waited      *waitedError
		refused     *WriteRefusedError
		token       *Error
		certificate *tls.CertificateVerificationError
		plain       tls.RecordHeaderError
		name        *net.DNSError
		network     *net.OpError
	)
	switch {
	case errors.As(err, &name) && name.IsNotFound, errors.As(err, &unsent), errors.As(err, &refused), errors.As(err, &token), errors.As(err, &certificate), errors.As(err, &plain):
		return Permanent
	case errors.As(err, &waited):
		return Retryable
	case errors.As(err, &network) && (network.Op == "dial" || network.Op == "proxyconnect"):
		return Retryable // there was no connection, so nothing was sent
	case errors.Is(err, errTooLong), errors.Is(err, errTimeout): // another try would take as long
		return Ambiguous
	}
	return AmbiguousRetryable
}

// mayChange reports whether a request could change an organization: it goes to the Administration API, and does not only read.
// Requests for tokens go to another API.
func mayChange(request *http.Request) bool {
	return request.Method != http.MethodGet && strings.Contains(request.URL.Path, prefix)
}
