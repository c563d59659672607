using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace GeneratedEncoder.Text;

/// <summary>
/// Reads <see cref="EncoderPipelineOptions"/> from a configuration, key by key. Not by reflection, so that it works in native code, and so that a key that
/// means nothing is found out.
/// </summary>
internal static class EncoderConfiguration
{
    private static readonly Dictionary<string, Action<EncoderPipelineOptions, IConfigurationSection>> Keys = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(EncoderPipelineOptions.ModelFolder)] = (options, section) => options.ModelFolder = section.Value,
        [nameof(EncoderPipelineOptions.PromptName)] = (options, section) => options.PromptName = section.Value,
        [nameof(EncoderPipelineOptions.Truncation)] = (options, section) => options.Truncation = Name<Truncation>(section),
        [nameof(EncoderPipelineOptions.PairTruncation)] = (options, section) => options.PairTruncation = Name<PairTruncation>(section),
        [nameof(EncoderPipelineOptions.Similarity)] = (options, section) => options.Similarity = Name<EmbeddingSimilarity>(section),
        [nameof(EncoderPipelineOptions.WarmUp)] = (options, section) => options.WarmUp = Flag(section),
        [nameof(EncoderPipelineOptions.MatryoshkaDimensions)] = (options, section) => options.MatryoshkaDimensions = [.. section.GetChildren().Select(Number)],
        [nameof(EncoderPipelineOptions.Encoder)] = (options, section) => Each(section, EncoderKeys!, options.Encoder),
        [nameof(EncoderPipelineOptions.Service)] = (options, section) => Each(section, ServiceKeys!, options.Service),
    };

    private static readonly Dictionary<string, Action<EncoderOptions, IConfigurationSection>> EncoderKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(EncoderOptions.MaxConcurrentCalls)] = (options, section) => options.MaxConcurrentCalls = Number(section),
        [nameof(EncoderOptions.MaxDegreeOfParallelism)] = (options, section) => options.MaxDegreeOfParallelism = Number(section),
        [nameof(EncoderOptions.RefuseNonFiniteWeights)] = (options, section) => options.RefuseNonFiniteWeights = Flag(section),
        [nameof(EncoderOptions.WordTable)] = (options, section) => options.WordTable = Name<WordTableFormat>(section),
    };

    private static readonly Dictionary<string, Action<EncoderServiceOptions, IConfigurationSection>> ServiceKeys = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(EncoderServiceOptions.MaxWaitingTokens)] = (options, section) => options.MaxWaitingTokens = Number(section),
        [nameof(EncoderServiceOptions.MaxWaitingTime)] = (options, section) => options.MaxWaitingTime =
            TimeSpan.TryParse(section.Value, CultureInfo.InvariantCulture, out TimeSpan time) ? time : throw Wrong(section, "a time such as 00:00:02"),
        [nameof(EncoderServiceOptions.PackTokens)] = (options, section) => options.PackTokens = Number(section),
    };

    /// <summary>Sets what a section says.</summary>
    /// <exception cref="OptionsValidationException">A key or a value means nothing; the message names it.</exception>
    public static void Bind(IConfiguration section, EncoderPipelineOptions options, string name)
    {
        try
        {
            Each(section, Keys, options);
        }
        catch (ArgumentException e)
        {
            throw new OptionsValidationException(name, typeof(EncoderPipelineOptions), [e.Message]);
        }
    }

    /// <summary>Whether it is known where the model is.</summary>
    public static bool HasFolder<T>(EncoderPipelineOptions options)
        where T : ITransformerEncoder<T> => !string.IsNullOrEmpty(options.ModelFolder ?? T.ModelInfo.Folder);

    private static void Each<TOptions>(IConfiguration section, Dictionary<string, Action<TOptions, IConfigurationSection>> keys, TOptions options)
    {
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (!keys.TryGetValue(child.Key, out Action<TOptions, IConfigurationSection>? set))
            {
                throw new ArgumentException($"The configuration has {child.Path}, which is no option; there are {string.Join(", ", keys.Keys)}.");
            }

            try
            {
                set(options, child);
            }
            catch (ArgumentOutOfRangeException e)
            {
                throw new ArgumentException($"The configuration's {child.Path}: {e.Message}", e);
            }
        }
    }

    private static int Number(IConfigurationSection section) =>
        int.TryParse(section.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw Wrong(section, "a whole number");

    private static bool Flag(IConfigurationSection section) => bool.TryParse(section.Value, out bool flag) ? flag : throw Wrong(section, "true or false");

    private static TEnum Name<TEnum>(IConfigurationSection section)
        where TEnum : struct, Enum =>
        Enum.GetNames<TEnum>().Contains(section.Value, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<TEnum>(section.Value!, ignoreCase: true)
            : throw Wrong(section, string.Join(", ", Enum.GetNames<TEnum>()));

    private static ArgumentException Wrong(IConfigurationSection section, string expected) =>
        new($"The configuration's {section.Path} is '{section.Value}', but must be {expected}.");
}
