#include <ctype.h>
#include <stdio.h>

int main(void) {
    long words = 0;
    int inside = 0;
    for (int c = getchar(); c != EOF; c = getchar()) {
        int letter = !isspace(c);
        words += letter && !inside;
        inside = letter;
    }
    printf("%ld\n", words);
    return 0;
}
