using Cohort.Model.Plans;

namespace Cohort.Model.Tests.Plans;

public class PlanErrorTests
{
    private static string Faulty(string json) =>
        Should.Throw<PlanException>(() => Plan.Parse(json, "plans/p.json")).Message;

    /// <summary>A plan in which one section is as given.</summary>
    private static string With(string section, string network = "cnn4") =>
        $$"""
        {
          "name": "p", "network": "{{network}}",
          {{section}}
        }
        """;

    private static string WithSet(string section) => With($"\"data\": {{ \"set\": \"avatars\" }}, {section}");

    [Fact]
    public void A_negative_rate_is_named_with_line_column_and_field() =>
        Faulty("""
            {
              "name": "p", "network": "cnn4", "data": { "set": "avatars" },
              "training": {
                // too little
                "learningRate": -0.1,
              },
            }
            """).ShouldBe("plans/p.json, line 5, column 21 (training.learningRate): -0.1 is negative; give a number above 0.");

    [Theory]
    [InlineData("\"rounds\": { \"clientFraction\": 1.5 }",
        "rounds.clientFraction): 1.5 is too large; give a number above 0 and of at most 1.")]
    [InlineData("\"rounds\": { \"clientFraction\": 0 }", "0 is too small; give a number above 0 and of at most 1.")]
    [InlineData("\"training\": { \"momentum\": 1 }", "1 is too large; give a number of at least 0 and below 1.")]
    [InlineData("\"training\": { \"learningRate\": 1e999 }", "is not a finite number; give a number above 0.")]
    [InlineData("\"training\": { \"epochs\": 0 }", "0 is too small; give a whole number from 1 to 10000.")]
    [InlineData("\"training\": { \"epochs\": 1.5 }", "1.5 is not a whole number from 1 to 10000")]
    [InlineData("\"students\": { \"count\": 99999999999999999999 }", "99999999999999999999 is not a whole number")]
    [InlineData("\"seed\": -1", "-1 is negative; give a whole number from 0 to 9007199254740991.")]
    [InlineData("\"rounds\": { \"deadlineSeconds\": 0 }", "(rounds.deadlineSeconds): 0 is too small; give a number of seconds " +
        "above 0")]
    [InlineData("\"rounds\": { \"deadlineSeconds\": 1e300 }", "is too large; give a number of seconds above 0 and of at most " +
        "10000000.")]
    [InlineData("\"privacy\": { \"clip\": -1 }", "-1 is negative; give a number above 0, or null for none.")]
    [InlineData("\"server\": { \"optimizer\": \"fedAdam\", \"beta2\": 1 }",
        "(server.beta2): 1 is too large; give a number of at least 0 and below 1.")]
    [InlineData("\"aggregation\": { \"rule\": \"krum\", \"attackers\": 1.5 }", "(aggregation.attackers): 1.5 is not a whole number")]
    [InlineData("\"aggregation\": { \"rule\": \"mean\", \"attackers\": 1 }",
        "(aggregation.attackers): mean has no use for it; leave it out, or take bulyan, coordinateMedian, geometricMedian, krum, " +
        "multiKrum or trimmedMean for aggregation.rule.")]
    [InlineData("\"attack\": { \"kind\": \"signFlip\", \"share\": 1 }", "(attack.share): 1 is too large")]
    [InlineData("\"attack\": { \"kind\": \"none\", \"share\": 0.5 }", "(attack.share): none has no use for it")]
    [InlineData("\"server\": { \"optimizer\": \"fedAdan\" }", "there is no optimizer \"fedAdan\" (did you mean \"fedAdam\"?)")]
    [InlineData("\"server\": { \"tau\": 0.1, \"optimizer\": \"fedAvgM\" }",
        "(server.tau): fedAvgM has no use for it; leave it out, or take fedAdagrad, fedAdam or fedYogi for server.optimizer.")]
    public void A_number_out_of_its_range_is_answered_with_the_range(string section, string expected) =>
        Faulty(WithSet(section)).ShouldContain(expected);

    [Theory]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\" }", "(training.algorithm): what students remember under scaffold travels with their updates, " +
        "and a resident's would leave its device; take fedAvg, fedProx or fedNova.")]
    [InlineData("\"training\": { \"algorithm\": \"fedPer\" }", "what students remember under fedPer travels with their updates")]
    [InlineData("\"compression\": { \"method\": \"topK\", \"errorFeedback\": true }", "(compression.errorFeedback): what was left out of an update travels with it")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 3, \"clientFraction\": 0.1 }", "(rounds.mode): asynchronous rounds go by a virtual clock")]
    [InlineData("\"attack\": { \"kind\": \"signFlip\" }", "(attack.kind): attackers are simulated, and resident students are not; take none.")]
    public void What_resident_students_cannot_do_is_refused_with_what_they_can(string section, string expected) =>
        Faulty(WithSet("\"students\": { \"partition\": \"resident\" }, " + section)).ShouldContain(expected);

    [Theory]
    [InlineData("\"dropout\": 0.1", "(students.dropout): a silent student is simulated, and resident ones fall silent by themselves; leave it out.")]
    [InlineData("\"holdOut\": 0.1", "(students.holdOut): what a resident student keeps from training is its device's own affair; leave it out.")]
    public void What_is_simulated_of_students_is_refused_for_resident_ones(string field, string expected) =>
        Faulty(WithSet($"\"students\": {{ \"partition\": \"resident\", {field} }}")).ShouldContain(expected);

    [Theory]
    [InlineData("\"training\": { \"learningRate\": \"0.1\" }", "\"0.1\" is a text; give a number above 0.")]
    [InlineData("\"training\": { \"learningRate\": null }", "null is no value; give a number above 0.")]
    [InlineData("\"training\": { \"epochs\": true }", "true is a truth value; give a whole number")]
    [InlineData("\"training\": { \"epochs\": [1, 2] }", "(training.epochs): this is a list; give a whole number")]
    [InlineData("\"training\": 3", "(training): training holds several fields; give an object in braces.")]
    [InlineData("\"training\": { \"augmentation\": { \"mirror\": 1 } }", "1 is a number; give true or false.")]
    [InlineData("\"description\": {}", "this is an object; give a text.")]
    [InlineData("\"groups\": { \"method\": 1 }", "1 is a number; give balanced, random, astraea or layered.")]
    public void A_value_of_the_wrong_kind_is_answered_with_the_right_kind(string section, string expected) =>
        Faulty(WithSet(section)).ShouldContain(expected);

    [Theory]
    [InlineData("\"training\": { \"learningrate\": 0.1 }", "training has no field \"learningrate\" (did you mean " +
        "\"learningRate\"?).")]
    [InlineData("\"trainig\": { \"epochs\": 2 }", "(trainig): a plan has no field \"trainig\" (did you mean \"training\"?).")]
    [InlineData("\"epochs\": 2", "a plan has no field \"epochs\"; it belongs to training.")]
    [InlineData("\"groups\": { \"seed\": 2 }", "groups has no field \"seed\"; it belongs to the plan itself.")]
    [InlineData("\"evaluation\": { \"colour\": 2 }", "evaluation has no field \"colour\"; it has everyRounds.")]
    public void An_unknown_field_is_refused_with_the_likely_one(string section, string expected) =>
        Faulty(WithSet(section)).ShouldContain(expected);

    [Theory]
    [InlineData("\"training\": { \"algorithm\": \"fedNova\", \"optimizer\": \"adam\" }",
        "line 3, column 60 (training.algorithm): what a step of adam counts for depends on its gradients, and fedNova divides by what is " +
        "known before; take sgd.")]
    [InlineData("\"training\": { \"algorithm\": \"fedNova\" }, \"privacy\": { \"clip\": 1 }",
        "(training.algorithm): a bound on an update is no bound on what it counts for by the step")]
    [InlineData("\"training\": { \"algorithm\": \"fedNova\" }, \"groups\": { \"intraGroupRounds\": 2 }",
        "(training.algorithm): a group that averages by itself steps as often as its own students")]
    [InlineData("\"training\": { \"algorithm\": \"fedProx\", \"recordPrivacy\": { \"clip\": 1 } }",
        "(training.algorithm): DP-SGD makes its own steps of noised gradients")]
    [InlineData("\"training\": { \"algorithm\": \"fedNova\", \"mu\": 1 }",
        "(training.mu): fedNova has no use for it; leave it out, or take fedProx for training.algorithm.")]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\", \"momentum\": 0.9 }",
        "(training.algorithm): a student's control variate is its mean gradient")]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\" }, \"privacy\": { \"clip\": 1 }",
        "(training.algorithm): a control variate is neither clipped nor noised")]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\" }, \"groups\": { \"intraGroupRounds\": 2 }",
        "(training.algorithm): a group that averages by itself would need a control variate of its own")]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\" }, \"aggregation\": { \"rule\": \"coordinateMedian\" }",
        "(training.algorithm): robust rules and attackers know updates of a model")]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\" }, \"compression\": { \"method\": \"topK\" }",
        "(training.algorithm): what is left of a compressed control variate is not what its student remembers")]
    [InlineData("\"compression\": { \"errorFeedback\": true }", "(compression.errorFeedback): nothing is left out of updates that are not compressed")]
    [InlineData("\"compression\": { \"method\": \"topK\", \"errorFeedback\": true }, \"privacy\": { \"clip\": 1 }",
        "(compression.errorFeedback): what was left out of earlier updates comes on top of one that was clipped")]
    [InlineData("\"training\": { \"algorithm\": \"fedprox\" }", "there is no algorithm \"fedprox\" (did you mean \"fedProx\"?)")]
    [InlineData("\"compression\": { \"method\": \"topK\" }, \"privacy\": { \"clip\": 1, \"secureAggregation\": true }",
        "(compression.method): a masked update looks random in all of its values")]
    [InlineData("\"compression\": { \"method\": \"quantise\" }, \"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1 }",
        "(compression.method): quantise may make an update longer than privacy.clip, which the noise is measured in; take topK or none.")]
    [InlineData("\"compression\": { \"method\": \"topK\" }, \"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1, \"mechanism\": \"local\" }",
        "(compression.method): a student's own noise lies on all of its values")]
    [InlineData("\"compression\": { \"method\": \"quantise\", \"bits\": 4.5 }", "4.5 is not a whole number from 2 to 16")]
    public void What_cannot_be_combined_with_how_students_train_or_compress_is_named(string section, string expected) =>
        Faulty(WithSet(section)).ShouldContain(expected);

    [Theory]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\" }", "(rounds.concurrency): fedBuff needs to know how many students train at a time; give 1 or more.")]
    [InlineData("\"rounds\": { \"concurrency\": 5 }",
        "(rounds.concurrency): synchronous rounds ask as many as rounds.clientFraction says; leave it out, or take fedBuff for rounds.mode.")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 30, \"clientFraction\": 0.5 }",
        "(rounds.concurrency): 30 students in training and 25 in the buffer (rounds.clientFraction) are more than the 50 there are; lower one of " +
        "them.")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 5, \"clientFraction\": 0.1, \"cohorts\": \"poisson\" }",
        "(rounds.mode): whom a round averages follows from who is done first")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 5, \"clientFraction\": 0.1, \"overSelection\": 0.3 }",
        "(rounds.mode): a buffer waits for no particular student")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 5, \"clientFraction\": 0.1 }, \"groups\": { \"intraGroupRounds\": 2 }",
        "(rounds.mode): students of a group begin with different models")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 5, \"clientFraction\": 0.1 }, \"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1 }",
        "(rounds.mode): how often a student takes part follows from its pace, and the accountant knows sampling alone")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 5, \"clientFraction\": 0.1 }, \"training\": { \"recordPrivacy\": { \"clip\": 1 } }",
        "(rounds.mode): how often a student takes part follows from its pace, and DP-SGD's accountant")]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 5, \"clientFraction\": 0.1 }, \"training\": { \"algorithm\": \"scaffold\" }",
        "(rounds.mode): scaffold's control variate is of the newest model")]
    public void What_cannot_be_asynchronous_is_named(string section, string expected) =>
        Faulty(WithSet(section)).ShouldContain(expected);

    [Theory]
    [InlineData("\"rounds\": { \"mode\": \"fedBuff\", \"concurrency\": 45, \"clientFraction\": 0.1 }")]
    [InlineData("\"compression\": { \"method\": \"topK\" }, \"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1 }")]
    [InlineData("\"compression\": { \"method\": \"quantise\", \"bits\": 4 }, \"training\": { \"algorithm\": \"fedNova\" }")]
    [InlineData("\"compression\": { \"method\": \"topK\", \"errorFeedback\": true }, \"groups\": { \"intraGroupRounds\": 2 }")]
    [InlineData("\"training\": { \"algorithm\": \"scaffold\" }, \"server\": { \"optimizer\": \"fedAdam\" }")]
    [InlineData("\"training\": { \"algorithm\": \"fedProx\", \"mu\": 0, \"optimizer\": \"adam\" }, \"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1 }")]
    public void What_can_be_combined_is_taken(string section) =>
        Should.NotThrow(() => Plan.Parse(WithSet(section), "plans/p.json"));

    [Fact]
    public void An_unknown_field_is_placed_at_its_name() =>
        Faulty("{\n  \"name\": \"ąę\", \"network\": \"cnn4\", \"data\": { \"set\": \"avatars\" }, \"colour\": { \"red\": 1 } }")
            .ShouldStartWith("plans/p.json, line 2, column 66 (colour): a plan has no field \"colour\"");

    [Theory]
    [InlineData("\"training\": { \"optimizer\": \"adan\" }",
        "\"adan\" is none of the words known here (did you mean \"adam\"?); give sgd or adam.")]
    [InlineData("\"students\": { \"partition\": \"byperson\" }", "(did you mean \"byPerson\"?)")]
    [InlineData("\"students\": { \"partition\": \"1\" }", "give iid, dirichlet, shards, byPerson or resident.")]
    public void An_unknown_word_is_refused_with_the_likely_one(string section, string expected) =>
        Faulty(WithSet(section)).ShouldContain(expected);

    [Fact]
    public void An_unknown_network_is_refused_with_the_likely_one() =>
        Faulty(With("\"data\": { \"set\": \"avatars\" }", network: "cnn4-wild")).ShouldBe(
            "plans/p.json, line 2, column 27 (network): there is no network \"cnn4-wild\" (did you mean \"cnn4-wide\"?); " +
            "give cnn4, cnn6, cnn4-wide, cnn2-small, logistic, 2nn, mnist-cnn, text-bag or text-cnn.");

    [Fact]
    public void What_a_plan_must_say_is_asked_for()
    {
        var message = Faulty("// empty\n{ }");

        message.ShouldContain("plans/p.json, line 2, column 1 (name): the field is missing; give a text that is not empty.");
        message.ShouldContain("(network): the field is missing; give cnn4, ");
        message.ShouldContain("(data.set): the field is missing; give avatars, fer2013, idx, folder or text.");
    }

    [Fact]
    public void An_empty_name_is_refused() =>
        Faulty("""{ "name": " ", "network": "cnn4", "data": { "set": "avatars" } }""").ShouldContain("(name): the text is empty");

    [Fact]
    public void A_field_given_twice_is_refused() =>
        Faulty(WithSet("\"seed\": 1, \"seed\": 1")).ShouldContain("(seed): the field is given twice; keep one of them.");

    [Theory]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"students\": { \"count\": 4 }, \"groups\": { \"count\": 5 }",
        "(groups.count): 5 groups cannot be formed of 4 students")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"students\": { \"count\": 50 }, \"groups\": { \"maxSize\": 51 }",
        "(groups.maxSize): a group of 51 students is larger than the population of 50")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"students\": { \"count\": 50 }, \"groups\": { \"count\": 5, \"maxSize\": 9 }",
        "(groups.maxSize): 5 groups of at most 9 hold 45 of 50 students; give groups.count 6 or more")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"groups\": { \"method\": \"layered\", \"equalise\": \"samples\" }",
        "(groups.equalise): only balanced groups can be made equal in samples")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"students\": { \"count\": 50001 }, \"groups\": { \"method\": \"astraea\" }",
        "(groups.method): astraea compares all students with all others, which takes minutes beyond 50000")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"groups\": { \"method\": \"random\", \"histogramEpsilon\": 1 }",
        "(groups.histogramEpsilon): random groups ask nobody for labels")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"groups\": { \"histogramEpsilon\": 1 }, \"training\": { \"labelCalibration\": true }",
        "(groups.histogramEpsilon): calibration tells every student all students' exact class shares")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"groups\": { \"histogramEpsilon\": 0 }",
        "(groups.histogramEpsilon): 0 is too small; give a number from 0.0009765625 to 64, or null for none.")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"rounds\": { \"clientFraction\": 0.1, \"minimumParticipants\": 6 }",
        "(rounds.minimumParticipants): 6 participants are required, but rounds.clientFraction 0.1 asks only 5 of 50 students")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"rounds\": { \"clientFraction\": 0.7, \"cohorts\": \"balanced\" }",
        "(rounds.clientFraction): balanced cohorts deal all students into 1/C equal parts, and 1/0.7 is no whole number")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"students\": { \"count\": 53 }, " +
        "\"rounds\": { \"clientFraction\": 0.2, \"cohorts\": \"balanced\", \"minimumParticipants\": 11 }",
        "asks only 10 of 53 students")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"privacy\": { \"noiseMultiplier\": 1 }",
        "(privacy.noiseMultiplier): noise is measured in clipping bounds, and there is none; give privacy.clip too")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1, \"mechanism\": \"distributed\" }",
        "(privacy.mechanism): a student's share of the noise protects only a sum, which nobody may see the parts of")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"groups\": { \"count\": 5 }, " +
        "\"privacy\": { \"clip\": 1, \"mechanism\": \"distributed\", \"secureAggregation\": true }",
        "(privacy.mechanism): students are to draw noise, and its multiplier is 0")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"privacy\": { \"secureAggregation\": true }",
        "(privacy.secureAggregation): masked updates can only be added where their size is known before; give privacy.clip too")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"students\": { \"count\": 50 }, \"groups\": { \"count\": 10 }, " +
        "\"rounds\": { \"clientFraction\": 0.5 }, \"privacy\": { \"clip\": 1, \"secureAggregation\": true }",
        "(privacy.secureAggregation): a sum of fewer than 3 students protects nobody, and a round asks 25 in 10 groups")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"rounds\": { \"cohorts\": \"poisson\" }, " +
        "\"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1, \"secureAggregation\": true }",
        "(privacy.secureAggregation): a poisson cohort may leave a group too small for a secure sum")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"optimizer\": \"adam\", \"momentum\": 0.9 }",
        "(training.momentum): adam has moments of its own")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, " +
        "\"training\": { \"labelCalibration\": true, \"recordPrivacy\": { \"clip\": 1 } }",
        "(training.recordPrivacy.clip): calibration shifts every sample's loss by the student's own label counts")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"balance\": \"reweigh\" }",
        "(training.balance): it does not say by which attribute; give training.balanceBy, such as gender.")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"balanceBy\": \"style\" }",
        "(training.balanceBy): nothing is balanced by it; give training.balance, reweigh or resample, or leave it out.")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"groups\": { \"histogramEpsilon\": 1 }, \"training\": { \"balance\": \"resample\", \"balanceBy\": \"style\" }",
        "(training.balance): balancing goes by how many samples all students have exactly")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"balance\": \"resample\", \"balanceBy\": \"style\", \"recordPrivacy\": { \"clip\": 1 } }",
        "(training.balance): DP-SGD draws every sample with the same probability")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, " +
        "\"training\": { \"classWeights\": \"balanced\", \"recordPrivacy\": { \"clip\": 1 } }",
        "(training.classWeights): class weights follow from the counts of everybody's samples, which no noise protects")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"classWeights\": \"effectiveNumber\" }, " +
        "\"groups\": { \"histogramEpsilon\": 1 }",
        "(training.classWeights): class weights tell every student all students' exact class shares")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"warmUpRounds\": 30 }, \"rounds\": { \"count\": 30 }",
        "(training.warmUpRounds): the learning rate would never be more than 30 rounds of warm-up, and the run has 30")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"server\": { \"averaging\": 0.9 }, \"rounds\": { \"targetAccuracy\": 0.5 }",
        "(server.averaging): the mean of all rounds' models is the last round's")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"focalGamma\": 2 }",
        "(training.focalGamma): crossEntropy has no use for it; leave it out, or take focal for training.loss.")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"loss\": \"focal\", \"focalGamma\": 11 }",
        "(training.focalGamma): 11 is too large")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"classWeights\": \"ballanced\" }",
        "there is no classWeights \"ballanced\" (did you mean \"balanced\"?)")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"training\": { \"labelSmoothing\": 1 }", "1 is too large")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"krum\" }, " +
        "\"privacy\": { \"clip\": 1, \"secureAggregation\": true }",
        "(aggregation.rule): krum looks at each update by itself, and under secure aggregation nobody sees more than a sum")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"krum\" }, " +
        "\"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1 }",
        "(aggregation.rule): the leaders' noise is measured for a sum, and nobody knows how far one student moves what krum makes")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"krum\" }, " +
        "\"privacy\": { \"clip\": 1, \"adaptiveClip\": { \"enabled\": true } }",
        "(aggregation.rule): adaptive clipping counts the updates within its bound in their sum, and krum makes none")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"krum\" }, " +
        "\"rounds\": { \"cohorts\": \"poisson\" }",
        "(aggregation.rule): krum needs 5 updates, and a poisson cohort may be of any size")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"krum\", \"attackers\": 4 }",
        "(aggregation.rule): krum needs 11 updates to bear 4 attackers among them, and a round gives a group 10")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"bulyan\", \"attackers\": 2 }",
        "(aggregation.rule): bulyan needs 11 updates to bear 2 attackers among them, and a round gives a group 10")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"aggregation\": { \"rule\": \"trimmedMean\", \"attackers\": 5 }",
        "(aggregation.rule): trimmedMean needs 11 updates to bear 5 attackers among them, and a round gives a group 10")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, " +
        "\"aggregation\": { \"rule\": \"krum\", \"attackers\": 3 }, \"students\": { \"dropout\": 0.2 }, \"rounds\": { \"overSelection\": 0.1 }",
        "(aggregation.rule): krum needs 9 updates to bear 3 attackers among them, and a round gives a group 8")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, " +
        "\"aggregation\": { \"rule\": \"krum\", \"attackers\": 1 }, \"attack\": { \"kind\": \"signFlip\", \"share\": 0.2 }",
        "(aggregation.attackers): 20 % of the 10 students whom a round gives a group are 2 attackers, and krum is to bear 1")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"attack\": { \"kind\": \"signFlip\" }, " +
        "\"privacy\": { \"clip\": 1, \"secureAggregation\": true }",
        "(attack.kind): masked updates have room for what is within the clipping bound, to which no attacker keeps")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"attack\": { \"kind\": \"alie\" }, " +
        "\"privacy\": { \"clip\": 1, \"noiseMultiplier\": 1 }",
        "(attack.kind): by alie each attacker's update follows from those of all")]
    [InlineData("\"data\": { \"set\": \"avatars\" }, \"attack\": { \"kind\": \"noise\" }, " +
        "\"privacy\": { \"clip\": 1, \"adaptiveClip\": { \"enabled\": true } }",
        "(attack.kind): adaptive clipping believes students")]
    [InlineData("\"data\": { \"set\": \"avatars\", \"path\": \"x\" }", "(data.path): avatar faces are generated and read no " +
        "file")]
    [InlineData("\"data\": { \"set\": \"fer2013\" }, \"students\": { \"partition\": \"byPerson\" }",
        "(students.partition): FER2013 does not say who is in which picture; take iid, dirichlet or shards.")]
    [InlineData("\"data\": { \"set\": \"idx\" }, \"students\": { \"partition\": \"byPerson\" }",
        "(students.partition): idx files do not say who is in which picture")]
    public void Values_that_contradict_each_other_are_refused(string section, string expected) =>
        Faulty(With(section)).ShouldContain(expected);

    [Fact]
    public void A_partition_by_person_goes_with_sets_that_know_persons() =>
        Plan.Parse(With("\"data\": { \"set\": \"folder\" }, \"students\": { \"partition\": " +
            "\"byPerson\" }"), "p").Students.Partition
            .ShouldBe(PartitionKind.ByPerson);

    [Fact]
    public void A_contradiction_that_only_follows_from_another_error_is_not_told() =>
        Faulty(WithSet("\"students\": { \"count\": -4 }, \"groups\": { \"count\": 60 }"))
            .Split('\n').ShouldHaveSingleItem().ShouldContain("-4 is negative");

    [Fact]
    public void Several_errors_are_told_together_in_the_order_of_the_file()
    {
        var errors = Should.Throw<PlanException>(() => Plan.Parse("""
            {
              "network": "cnn4", "data": { "set": "avatars" },
              "training": { "epochs": -1, "momentun": 0.9 },
              "seed": "one"
            }
            """, "p")).Errors;

        errors.Select(e => (e.Path, e.Line)).ShouldBe(
            [("name", 1), ("training.epochs", 3), ("training.momentun", 3), ("seed", 4)]);
    }

    [Theory]
    [InlineData("", "line 1, column 1: this is not JSON")]
    [InlineData("[]", "line 1, column 1: a plan is an object; begin with { and end with }.")]
    [InlineData("{\n  \"name\" \"p\"\n}", "line 2, column 10: this is not JSON")]
    [InlineData("{\n  \"name\": \"p\"", "line 2, column 14: this is not JSON")]
    [InlineData("{ \"name\": \"p\" } {}", "line 1, column 17: this is not JSON")]
    [InlineData("{ \"evaluation\": { \"x\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]", "this is not JSON")]
    public void Text_that_is_no_JSON_object_is_refused_with_its_place(string text, string expected) =>
        Faulty(text).ShouldContain(expected);

    [Fact]
    public void Bytes_that_are_no_UTF8_are_refused()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [(byte)'{', (byte)'"', 0xFF, 0xFE, (byte)'"', (byte)':', (byte)'1', (byte)'}']);
            Should.Throw<PlanException>(() => Plan.Read(path)).Message.ShouldStartWith($"{path}, line 1, column ");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused() =>
        Faulty(WithSet("\"description\": \"\\ud800\"")).ShouldContain("column 48: this text is no Unicode; write the file in " +
            "UTF-8.");

    [Fact]
    public void A_plan_file_that_is_not_there_is_named() =>
        Should.Throw<PlanException>(() => Plan.Read("no/such.json")).Message.ShouldStartWith("no/such.json: the plan cannot be " +
            "read (");

    [Fact]
    public void A_plan_changed_after_reading_is_checked_without_a_line()
    {
        var plan = Plan.Parse(WithSet("\"seed\": 3"), "p");

        plan.Checked("p").ShouldBeSameAs(plan);
        Should.Throw<PlanException>(() => (plan with { Rounds = plan.Rounds with { Count = 0 } }).Checked("--rounds")).Message
            .ShouldBe("--rounds (rounds.count): 0 is too small; give a whole number from 1 to 10000000.");
        Should.Throw<PlanException>(() => (plan with { Network = "vgg" }).Checked("p")).Message
            .ShouldContain("there is no network \"vgg\"");
        Should.Throw<PlanException>(() => (plan with { Groups = plan.Groups with { Count = 51 } }).Checked("p")).Message
            .ShouldContain("51 groups cannot be formed of 50 students");
    }

    [Theory]
    [InlineData("cnn4", "\"data\": { \"set\": \"text\" }", "(network): cnn4 takes pictures, and the data are not; take text-bag or text-cnn, or other data.")]
    [InlineData("text-bag", "\"data\": { \"set\": \"fer2013\" }", "(network): text-bag takes texts, and the data are not; take cnn4, ")]
    [InlineData("text-bag", "\"data\": { \"set\": \"text\" }, \"training\": { \"augmentation\": { \"shift\": 2 } }", "texts are not mirrored, moved or turned")]
    [InlineData("text-bag", "\"data\": { \"set\": \"text\" }, \"students\": { \"partition\": \"byPerson\" }", "files of texts do not say who wrote which; take iid")]
    [InlineData("text-bag", "\"data\": { \"set\": \"text\", \"text\": { \"leastCharacters\": 6 } }", "(data.text.mostCharacters): pieces of words have at least 6 characters")]
    [InlineData("text-bag", "\"data\": { \"set\": \"text\", \"text\": { \"buckets\": 0 } }", "(data.text.buckets): 0 is too small")]
    public void What_does_not_fit_texts_is_refused(string network, string section, string expected)
        => Faulty(With(section, network)).ShouldContain(expected);

    [Fact]
    public void How_texts_become_tokens_stands_in_plans_of_texts_alone_so_that_others_keep_their_digest()
    {
        Plan.Parse(With("\"data\": { \"set\": \"avatars\" }"), "p").ToCanonicalJson().ShouldNotContain("buckets");
        var texts = Plan.Parse(With("\"data\": { \"set\": \"text\" }", "text-bag"), "p");
        texts.ToCanonicalJson().ShouldContain("\"buckets\"");
        Plan.Parse(texts.ToCanonicalJson(), "again").Digest.ShouldBe(texts.Digest);
    }
}
