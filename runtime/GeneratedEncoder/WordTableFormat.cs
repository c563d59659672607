namespace GeneratedEncoder;

/// <summary>
/// Where an encoder has its word table, and how: of multilingual models the table is most of the bytes. Whatever it is, a token's row goes into the layers as float32.
/// </summary>
/// <seealso cref="EncoderOptions.WordTable"/>
public enum WordTableFormat
{
    /// <summary>
    /// As the model has it. A text's rows are read from the model's file when the text comes, and decoded exactly; up to 16 MiB of a table, as float32, are held in memory.
    /// Of a model that was loaded from memory they are read there.
    /// </summary>
    FromFile,

    /// <summary>
    /// In memory, 16 bits an element: a float32 without its lower half, rounded to nearest, ties to even. Of a BF16 file nothing is lost: results have the bits of
    /// <see cref="FromFile"/>.
    /// </summary>
    BFloat16,

    /// <summary>
    /// In memory, eight bits an element: a whole number of steps, -127 to 127, rounded to nearest, ties to even. Every 64 elements of a row share a step (float32), the
    /// largest magnitude among them / 127. Results differ a little from <see cref="FromFile"/>'s, and are the same on every machine.
    /// </summary>
    Int8,
}
