mod fixtures;
mod key_files;
mod process;
mod records;
mod sealer;
mod streams;
mod unlock_keys;
