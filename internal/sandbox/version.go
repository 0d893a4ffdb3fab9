package sandbox

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Two versions with different answers.
const (
	date2023 = "2023-01-01"
	date2025 = "2025-02-19"
)

// versions are the dates of an operation, ascending. The legacy API has none and does not use Accept.
type versions []string

// knownVersion reports whether date is a version of the API [api].
func knownVersion(date string) bool {
	switch date {
	case date2023, "2023-11-15", "2024-08-05", date2025, "2025-03-12":
		return true
	}
	return false
}

// negotiate resolves the Accept header to a version of the operation. It takes the first acceptable media type with a
// known date, and the newest version not after it.
func negotiate(c *call) error {
	if c.op.versions == nil {
		return nil
	}
	for accepted := range strings.SplitSeq(strings.Join(c.r.Header.Values("Accept"), ","), ",") {
		if version := c.op.versions.resolve(acceptedDate(accepted)); version != "" {
			c.version = version
			announceSunset(c)
			return nil
		}
	}
	return refuse(http.StatusNotAcceptable, "INVALID_VERSION_DATE", "Invalid accept header or version date.")
}

// announceSunset adds the headers of a deprecated version [seen sunset-dates].
func announceSunset(c *call) {
	if c.version == c.op.sunset {
		c.w.Header().Set("Deprecation", "Wed, 19 Feb 2025 00:00:00 GMT")
		c.w.Header().Set("Sunset", "Thu, 1 Jul 2027 00:00:00 GMT")
	}
}

// acceptedDate returns the date of one element of an Accept header, or "".
func acceptedDate(element string) string {
	mediaType, parameters, err := mime.ParseMediaType(element)
	if err != nil {
		return ""
	}
	if q, err := strconv.ParseFloat(parameters["q"], 64); err == nil && q == 0 {
		return "" // q=0: not acceptable
	}
	return mediaDate(mediaType)
}

// mediaDate returns the date in application/vnd.atlas.<date>+json, or "".
func mediaDate(mediaType string) string {
	rest, ok := strings.CutPrefix(mediaType, "application/vnd.atlas.")
	date, ok2 := strings.CutSuffix(rest, "+json")
	if !ok || !ok2 || !knownVersion(date) {
		return ""
	}
	return date
}

// resolve returns the newest version that is not after date, or "".
func (v versions) resolve(date string) string {
	for _, own := range slices.Backward(v) {
		if own <= date {
			return own
		}
	}
	return ""
}
