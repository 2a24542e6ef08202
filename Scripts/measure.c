// Runs a command and prints what it took: wall time and user CPU time in µs, peak memory in KiB.
//
// usage: measure OUTPUT COMMAND ARGUMENT...; the command's output goes to the file OUTPUT.
//
// A program of its own, because the peak that the kernel knows of a process is at least that of the process which
// started it: below Python, every command would seem to take 15 MiB.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double microseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return 1e6 * now.tv_sec + 1e-3 * now.tv_nsec;
}

int main(int count, char **arguments) {
  if (count < 3) return 2;
  int output = open(arguments[1], O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (output < 0) return 2;
  double start = microseconds();
  pid_t child = vfork();
  if (child < 0) return 2;
  if (child == 0) {
    dup2(output, STDOUT_FILENO);
    execv(arguments[2], arguments + 2);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return 2;
  double wall = microseconds() - start;
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) return 1;
  printf("%.0f %.0f %ld\n", wall, 1e6 * usage.ru_utime.tv_sec + usage.ru_utime.tv_usec, usage.ru_maxrss);
  return 0;
}
