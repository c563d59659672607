namespace GeneratedEncoder;

/// <summary>
/// How an encoder holds its layers' weights in memory, whatever type the model file has. Embedding tables, norms, biases, attention's own
/// products, heads and modules are float32 in any case, and so is what goes from layer to layer; but for the word table, of which
/// <see cref="EncoderOptions.WordTable"/> decides.
/// </summary>
public enum WeightFormat
{
    /// <summary>32 bits a weight.</summary>
    Float32,

    /// <summary>
    /// 16 bits a weight: a float32 without its lower half, rounded to nearest, ties to even. Of a BF16 file nothing is lost: results have the bits of
    /// <see cref="Float32"/>. Half of the memory, and up to twice as fast for a few tokens, when reading weights is what takes the time.
    /// </summary>
    BFloat16,

    /// <summary>
    /// 8 bits a weight, with a scale for every 64 of them, and 8 bits an activation, with a scale for each row: a quarter of the memory, and faster for
    /// any text. Results differ a little from <see cref="Float32"/>'s, and are the same on every machine.
    /// </summary>
    Int8,
}
