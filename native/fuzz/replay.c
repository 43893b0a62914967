/* replay FILE ...: the harness with inputs that were kept, for a compiler without libFuzzer. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy that ends where the input does, so that a byte read behind it is seen. */
static int replay(const char *path)
{
    static uint8_t buffer[1 << 16];
    FILE *file = fopen(path, "rb");
    size_t size;
    uint8_t *data;
    if (!file) {
        perror(path);
        return 1;
    }
    size = fread(buffer, 1, sizeof buffer, file);
    fclose(file);
    data = malloc(size ? size : 1);
    if (!data)
        return 1;
    for (size_t i = 0; i < size; i++)
        data[i] = buffer[i];
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    return 0;
}

int main(int count, char **paths)
{
    for (int i = 1; i < count; i++)
        if (replay(paths[i]))
            return 1;
    printf("%d inputs replayed\n", count - 1);
    return 0;
}
