namespace GeneratedEncoder.Runtime;

/// <summary>
/// How eight-bit weights lie in memory, for those who pack them and those who plan and emit what reads them. A panel of 16 columns is a row
/// of blocks, one for every 64 input features: 16 corrections (int32), 16 lines of four input features, each [16 columns][4] (int8), and
/// 16 scales (float32).
/// </summary>
internal static class Int8Layout
{
    /// <summary>Columns of a panel.</summary>
    public const int Columns = 16;

    /// <summary>Input features that share a scale, and that the rotation mixes.</summary>
    public const int BlockInputs = 64;

    /// <summary>Input features of a line: as many as one instruction multiplies and adds up.</summary>
    public const int LineInputs = 4;

    /// <summary>Lines of a block.</summary>
    public const int Lines = BlockInputs / LineInputs;

    /// <summary>Floats from a block's start to its first line.</summary>
    public const int FirstLine = Columns;

    /// <summary>Floats from a block's start to its scales.</summary>
    public const int Scales = FirstLine + Lines * Columns;

    /// <summary>Floats of a block.</summary>
    public const int BlockFloats = Scales + Columns;

    /// <summary>Largest magnitude of a weight and of an activation.</summary>
    public const int Most = 127;

    /// <summary>What is added to activations where an instruction wants them without a sign: they are 0 to 254 then.</summary>
    public const int Offset = 127;

    /// <summary>
    /// Largest sum of the magnitudes of two weights that one instruction multiplies and adds in 16 bits (vpmaddubsw): the activations beside them are
    /// at most 254, and 254 * 129 is the last multiple below 2^15.
    /// </summary>
    public const int MostOfPair = 129;

    /// <summary>Lines whose products are added up in 16 bits, where that is quicker than in 32: the first two inputs of each in one sum, the last two in another.</summary>
    public const int SumLines = 4;

    /// <summary>Input features whose products make such a sum.</summary>
    public const int SumInputs = SumLines * LineInputs / 2;

    /// <summary>
    /// Largest sum of the squares of the weights whose products make such a sum. Together with that of the activations it bounds the sum, whose square is at most the product of both (the
    /// inequality of Cauchy and Schwarz): 24,649 * 43,558 is less than 32,767 * 32,767. Few blocks need larger steps for it: of values that are distributed normally, as the rotation makes them,
    /// steps grow by less than 1 % in the mean.
    /// </summary>
    public const int MostSquaresOfWeights = 157 * 157;

    /// <summary>Largest sum of the squares of the activations of a sum in 16 bits.</summary>
    public const int MostSquaresOfActivations = 43_558;

    /// <summary>
    /// Largest norm, in steps, of the activations of a sum before they are rounded. Rounding moves each by half a step at most and their norm by sqrt(8) / 2: 207.25 + 1.4143 is less than
    /// 208.7055, the root of 43,558, and leaves room for the arithmetic of floats.
    /// </summary>
    public const float MostNormOfActivations = 207.25f;

    /// <summary>By how much the steps of weights grow until their squares are small enough.</summary>
    public const float Coarser = 1 + 1f / 64;

    /// <summary>
    /// Which of a block's 64 input features change their sign before the Hadamard transform, bit by bit: the fraction of the golden ratio, as a number that
    /// has no pattern. Without it a row of equal values would become one large value and 63 zeros.
    /// </summary>
    public const ulong Signs = 0x9E3779B97F4A7C15;

    /// <summary>Rows and blocks whose largest magnitude is below this are zero: the reciprocal of it would not be a number.</summary>
    public const float Least = 1e-30f;

    /// <summary>Blocks of so many input features.</summary>
    public static int Blocks(int inputs) => (inputs + BlockInputs - 1) / BlockInputs;
}
