package render

import (
	"fmt"
	"time"
)

// About says roughly how long something takes: about 48 min.
func About(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	hours, days := minutes/60, (minutes+12*60)/(24*60)
	switch {
	case minutes <= 1:
		return "about 1 min"
	case hours < 1:
		return fmt.Sprintf("about %d min", minutes)
	case hours < 10 && minutes%60 > 0:
		return fmt.Sprintf("about %d h %d min", hours, minutes%60)
	case hours < 48: // long enough to round to hours
		return fmt.Sprintf("about %d h", (minutes+30)/60)
	}
	return fmt.Sprintf("about %d days", days)
}
