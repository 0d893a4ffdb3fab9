package client

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The texts of Atlas's refusals, with their numbers: for a token bucket [doc rate-limits], for the older limits
// [doc service-accounts], and for invitations [seen reports].
var (
	bucketWords     = regexp.MustCompile(`retry after (\d+) seconds?\. Request capacity: (\d+)\. Refill rate: (\d+) per (\d+) seconds?`)
	requestWords    = regexp.MustCompile(`limited to (\d+) requests? every (\d+) minutes?`)
	invitationWords = regexp.MustCompile(`limit of (\d+) invitations? per (\d+) minutes?`)
)

// isInvitationLimit reports whether the code means that an IP address has sent too many invitations. Two codes are known:
// INVITATIONS_RATE_LIMITED_IP [seen reports] and RATE_LIMITED_IP [doc error-codes].
func isInvitationLimit(code string) bool { return strings.HasSuffix(code, "RATE_LIMITED_IP") }

// retryAfter returns the wait that Atlas asks for: from the header, or else from the numbers of the refusal. It returns false if
// Atlas does not ask for a wait.
func retryAfter(response *http.Response) (time.Duration, bool) {
	if response == nil {
		return 0, false
	}
	header := response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(header); err == nil && seconds >= 0 {
		return time.Duration(min(seconds, maxNumber)) * time.Second, true
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(at.Sub(sentAt(response)), 0), true
	}
	return statedWait(readError(response))
}

// statedWait returns the wait that the numbers of a refusal ask for.
func statedWait(e *Error) (time.Duration, bool) {
	switch {
	case e.Code == "RATE_LIMITED_TOKEN_BUCKET":
		if n := e.numbers(bucketWords); n != nil {
			return time.Duration(n[0]) * time.Second, true
		}
	case e.Code == "RATE_LIMITED":
		if n := e.numbers(requestWords); n != nil {
			return time.Duration(n[1]) * time.Minute, true
		}
	case isInvitationLimit(e.Code):
		if n := e.numbers(invitationWords); n != nil {
			period := time.Duration(n[1]) * time.Minute
			if period <= maxPeriod {
				period = min(period, maxRetryAfter) // the window makes requests wait for the rest
			}
			return period, true
		}
	}
	return 0, false
}

// sentAt returns when an answer was sent, by the clock of the server. If the server does not say, it returns the present time.
func sentAt(response *http.Response) time.Time {
	if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}

// maxNumber replaces a number in a refusal that is larger.
const maxNumber = 1 << 20

// numbers returns the numbers of a refusal: from its text, or else from its last parameters. Parameters may be null. It returns
// nil if a number is missing.
func (e *Error) numbers(words *regexp.Regexp) (all []int) {
	n := words.NumSubexp()
	said := words.FindStringSubmatch(e.Detail)
	if said == nil {
		for _, p := range e.Parameters {
			said = append(said, fmt.Sprint(p))
		}
	}
	if len(said) < n {
		return nil
	}
	for _, text := range said[len(said)-n:] {
		number, err := strconv.ParseFloat(text, 64)
		if err != nil || !(number >= 0) {
			return nil
		}
		all = append(all, int(min(number, maxNumber)))
	}
	return all
}
