package crashtest

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"testing"
)

// inBatch is set in the environment of a process that Batches started.
const inBatch = "TOLLGATE_CRASHTEST_BATCH"

// Batches plays schedules in processes of their own, each so many at a time:
// a store that has failed stands still for good, with all that belongs to it,
// until its process ends. It is false in such a process, which is to play them.
func Batches(t *testing.T, schedules, each int, seed uint64) bool {
	if os.Getenv(inBatch) != "" {
		return false
	}
	for done := 0; done < schedules; done += each {
		batch := exec.Command(os.Args[0], "-test.run", "^"+t.Name()+"$", "-test.v", "-test.timeout", "10m",
			"-schedules", strconv.Itoa(min(each, schedules-done)), "-seed", strconv.FormatUint(seed+uint64(done), 10))
		batch.Env = append(os.Environ(), inBatch+"=1")
		out, err := batch.CombinedOutput()
		if err != nil {
			t.Errorf("%d schedules from seed %d: %v\n%s", each, seed+uint64(done), err, out)
			continue
		}
		for line := range bytes.Lines(out) {
			if bytes.Contains(line, []byte("schedules from seed")) {
				t.Logf("%s", bytes.TrimSpace(line))
			}
		}
	}
	return true
}
