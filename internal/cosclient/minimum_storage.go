package cosclient

import "time"

// minimumDays is the least number of days for which COS bills an object of a
// class, even if it is deleted or replaced earlier. Source: COS documentation,
// "Billing Overview", "Specifications and Limits".
var minimumDays = map[string]int{
	"STANDARD_IA": 30, "MAZ_STANDARD_IA": 30, "ARCHIVE": 90, "MAZ_ARCHIVE": 90, "DEEP_ARCHIVE": 180,
}

// MinimumStorage returns for how long COS bills an object of a class at least. It
// is 0 for most classes.
func MinimumStorage(class string) time.Duration {
	return time.Duration(minimumDays[class]) * 24 * time.Hour
}
