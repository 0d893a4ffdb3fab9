package client

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The words of Atlas's refusals, with their numbers: of a token bucket, of the older limits (both documented), and of
// invitations (observed).
var (
	bucketWords     = regexp.MustCompile(`retry after (\d+) seconds?\. Request capacity: (\d+)\. Refill rate: (\d+) per (\d+) seconds?`)
	requestWords    = regexp.MustCompile(`limited to (\d+) requests? every (\d+) minutes?`)
	invitationWords = regexp.MustCompile(`limit of (\d+) invitations? per (\d+) minutes?`)
)

// isInvitationLimit tells whether a refusal is about how many invitations one IP address may send. Two codes are known:
// INVITATIONS_RATE_LIMITED_IP (observed) and RATE_LIMITED_IP (API description).
func isInvitationLimit(code string) bool { return strings.HasSuffix(code, "RATE_LIMITED_IP") }

// retryAfter returns how long Atlas wants a refused request to wait. The header says so, or else the numbers of the refusal.
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

// statedWait returns how long the numbers of a refusal say to wait.
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

// sentAt returns when an answer was sent, by the clock of its server, or else of this machine.
func sentAt(response *http.Response) time.Time {
	if at, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		return at
	}
	return time.Now()
}

// maxNumber replaces a larger number in a refusal.
const maxNumber = 1 << 20

// numbers returns the numbers of a refusal: those in its words, or else its last parameters, which may be null. It returns
// nil unless all are there.
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
